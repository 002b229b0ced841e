"""Queries the Domain Name System, with short timeouts. No answer is a result too: unknown."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver
    from dns.message import Message
    from dns.name import Name

VARIABLE: Final = "SOLARRALLY_DNS"
"""Environment variable with HOST:PORT of the server to query in place of the system's resolvers."""

_PORT: Final = 53
_ONE_TRY_SECONDS: Final = 1.5
_SECONDS: Final = 4.0
_MOST_SERVERS: Final = 3
"""Servers of the parent zone that are tried before giving up; they all know the same."""


class Presence(StrEnum):
    """Whether DNS has a record."""

    FOUND = "found"
    ABSENT = "absent"
    """DNS answered that there is no such record, or no such name."""
    UNKNOWN = "unknown"
    """No server answered, or the answer was an error."""


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """The records of one name and type, as text without the last dot, sorted."""

    presence: Presence
    records: tuple[str, ...] = ()


_UNKNOWN: Final = DnsAnswer(Presence.UNKNOWN)


class Dns:
    """Queries recursive resolvers, and the servers of a zone directly where those know more."""

    def __init__(self, servers: Sequence[str] = (), port: int = _PORT) -> None:
        """servers: IP addresses of resolvers; none means the system's. port: of all servers."""
        self._servers, self._port = tuple(servers), port
        self._resolver: Resolver | None = None

    @classmethod
    def of_environment(cls) -> Self:
        """Return the system's resolvers, or the server that SOLARRALLY_DNS names."""
        host, _, port = os.environ.get(VARIABLE, "").rpartition(":")
        return cls((host,), int(port)) if host and port.isdecimal() else cls()

    async def query(self, name: str, kind: str) -> DnsAnswer:
        """Return the records of a type, such as "CAA". Follows aliases, as resolvers do."""
        resolver = await self._ready_resolver()
        from dns.exception import DNSException  # noqa: PLC0415 dnspython is slow to import
        from dns.resolver import NXDOMAIN  # noqa: PLC0415

        if resolver is None:
            return _UNKNOWN
        try:
            answer = await resolver.resolve(
                f"{name}.", kind, raise_on_no_answer=False, search=False
            )
        except NXDOMAIN:
            return DnsAnswer(Presence.ABSENT)
        except (DNSException, OSError, UnicodeError):
            return _UNKNOWN
        return _answer(str(record) for record in answer.rrset or ())

    async def address(self, host: str) -> str:
        """Return an address of a host by the server that was named; else the host, unchanged.

        The system looks a host up itself, which knows more than DNS.
        """
        if not self._servers:
            return host
        found = await self.query(host, "A")
        return found.records[0] if found.records else host

    async def apex(self, name: str) -> str:
        """Return the name of the zone that a name is in; empty where that is not known."""
        resolver = await self._ready_resolver()
        from dns import asyncresolver  # noqa: PLC0415
        from dns.exception import DNSException  # noqa: PLC0415

        if resolver is None:
            return ""
        try:
            zone = await asyncresolver.zone_for_name(
                f"{name}.", resolver=resolver, lifetime=_SECONDS
            )
        except (DNSException, OSError, UnicodeError):
            return ""
        return _plain(str(zone))

    async def delegation(self, zone: str) -> DnsAnswer:
        """Return the name servers that the parent of a zone refers to for it.

        Queries the parent's own servers, because the zone itself may claim others. Where they
        cannot be reached, as behind some firewalls, returns what a resolver answers.
        """
        parent = await self.apex(zone.partition(".")[2])
        addresses = await self._addresses(parent) if parent else ()
        for address in addresses:
            referral = await self._referral(zone, address)
            if referral.presence is not Presence.UNKNOWN:
                return referral
        return await self.query(zone, "NS")

    async def _addresses(self, zone: str) -> tuple[str, ...]:
        servers = (await self.query(zone, "NS")).records[:_MOST_SERVERS]
        answers = await asyncio.gather(*(self.query(server, "A") for server in servers))
        return tuple(address for answer in answers for address in answer.records[:1])

    async def _referral(self, zone: str, address: str) -> DnsAnswer:
        import dns.asyncquery  # noqa: PLC0415
        import dns.flags  # noqa: PLC0415
        import dns.message  # noqa: PLC0415
        import dns.name  # noqa: PLC0415

        try:
            name = dns.name.from_text(f"{zone}.")
            # Without the flag "recursion desired" a server answers from what it has itself.
            question = dns.message.make_query(name, "NS", flags=dns.flags.Flag(0))
            response, _ = await dns.asyncquery.udp_with_fallback(
                question, address, _ONE_TRY_SECONDS, self._port
            )
        except (dns.exception.DNSException, OSError, UnicodeError):
            return _UNKNOWN
        return _referred_servers(response, name)

    async def _ready_resolver(self) -> "Resolver | None":
        """Return the resolver; None where the system has none."""
        if self._resolver is None:
            # Importing dnspython takes long enough to be noticed, so a thread does it.
            self._resolver = await asyncio.to_thread(self._new_resolver)
        return self._resolver

    def _new_resolver(self) -> "Resolver | None":
        from dns.asyncresolver import Resolver  # noqa: PLC0415
        from dns.exception import DNSException  # noqa: PLC0415

        try:
            resolver = Resolver(configure=not self._servers)
        except (DNSException, OSError):
            return None
        if self._servers:
            resolver.nameservers, resolver.port = list(self._servers), self._port
        resolver.timeout, resolver.lifetime = _ONE_TRY_SECONDS, _SECONDS
        return resolver


def _referred_servers(response: "Message", name: "Name") -> DnsAnswer:
    """Read a referral: the servers are in the authority section, or in the answer."""
    from dns import rcode, rdatatype  # noqa: PLC0415

    if response.rcode() not in {rcode.NOERROR, rcode.NXDOMAIN}:
        return _UNKNOWN
    return _answer(
        str(record)
        for rrset in (*response.answer, *response.authority)
        if rrset.rdtype == rdatatype.NS and rrset.name == name
        for record in rrset
    )


def _answer(records: Iterable[str]) -> DnsAnswer:
    names = tuple(sorted({_plain(record) for record in records}))
    return DnsAnswer(Presence.FOUND if names else Presence.ABSENT, names)


def _plain(name: str) -> str:
    return name.removesuffix(".").lower()
