"""Questions to the Domain Name System, with short time-outs. No answer is an answer: unknown."""

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
"""Environment variable with HOST:PORT of the server to ask in place of the system's resolvers."""

_PORT: Final = 53
_ONE_TRY_SECONDS: Final = 1.5
_SECONDS: Final = 4.0
_MOST_SERVERS: Final = 3
"""Servers of the parent zone that are asked before giving up; they all know the same."""


class Presence(StrEnum):
    """What asking came to."""

    FOUND = "found"
    ABSENT = "absent"
    """The answer is that there is no such record, or no such name."""
    UNKNOWN = "unknown"
    """Nobody answered, or the answer was an error."""


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """The records of one name and type, as text without the last dot, sorted."""

    presence: Presence
    records: tuple[str, ...] = ()


_UNKNOWN: Final = DnsAnswer(Presence.UNKNOWN)


class Dns:
    """Asks recursive resolvers, and the servers of a zone directly where that says more."""

    def __init__(self, servers: Sequence[str] = (), port: int = _PORT) -> None:
        """servers: IP addresses of resolvers; none means the system's. port: of all servers."""
        self._servers, self._port = tuple(servers), port
        self._resolver: Resolver | None = None

    @classmethod
    def of_environment(cls) -> Self:
        """Return the system's resolvers, or the server that SOLARRALLY_DNS names."""
        host, _, port = os.environ.get(VARIABLE, "").rpartition(":")
        return cls((host,), int(port)) if host and port.isdecimal() else cls()

    async def ask(self, name: str, kind: str) -> DnsAnswer:
        """Return the records of a type, such as "CAA". Follows aliases, as resolvers do."""
        resolver = await self._prepared()
        from dns.exception import DNSException  # noqa: PLC0415 dnspython is slow to import
        from dns.resolver import NXDOMAIN  # noqa: PLC0415

        if resolver is None:
            return _UNKNOWN
        try:
            told = await resolver.resolve(f"{name}.", kind, raise_on_no_answer=False, search=False)
        except NXDOMAIN:
            return DnsAnswer(Presence.ABSENT)
        except (DNSException, OSError, UnicodeError):
            return _UNKNOWN
        return _answer(str(each) for each in told.rrset or ())

    async def apex(self, name: str) -> str:
        """Return the name of the zone that a name is in; empty where that is not known."""
        resolver = await self._prepared()
        from dns import asyncresolver  # noqa: PLC0415
        from dns.exception import DNSException  # noqa: PLC0415

        if resolver is None:
            return ""
        try:
            found = await asyncresolver.zone_for_name(
                f"{name}.", resolver=resolver, lifetime=_SECONDS
            )
        except (DNSException, OSError, UnicodeError):
            return ""
        return _plain(str(found))

    async def delegation(self, zone: str) -> DnsAnswer:
        """Return the name servers that the parent of a zone hands out for it.

        Asks the parent's own servers, because the zone itself may claim others. Where they cannot
        be reached, as behind some firewalls, returns what a resolver tells.
        """
        parent = await self.apex(zone.partition(".")[2])
        addresses = await self._addresses(parent) if parent else ()
        for address in addresses:
            told = await self._referral(zone, address)
            if told.presence is not Presence.UNKNOWN:
                return told
        return await self.ask(zone, "NS")

    async def _addresses(self, zone: str) -> tuple[str, ...]:
        servers = (await self.ask(zone, "NS")).records[:_MOST_SERVERS]
        found = await asyncio.gather(*(self.ask(server, "A") for server in servers))
        return tuple(address for each in found for address in each.records[:1])

    async def _referral(self, zone: str, address: str) -> DnsAnswer:
        import dns.asyncquery  # noqa: PLC0415
        import dns.flags  # noqa: PLC0415
        import dns.message  # noqa: PLC0415
        import dns.name  # noqa: PLC0415

        try:
            name = dns.name.from_text(f"{zone}.")
            question = dns.message.make_query(name, "NS", flags=dns.flags.Flag(0))
            told, _ = await dns.asyncquery.udp_with_fallback(
                question, address, _ONE_TRY_SECONDS, self._port
            )
        except (dns.exception.DNSException, OSError, UnicodeError):
            return _UNKNOWN
        return _handed_out(told, name)

    async def _prepared(self) -> "Resolver | None":
        """Return the resolver; None where the system has none.

        Reads dnspython in beside the event loop, which would stand still for it.
        """
        if self._resolver is None:
            self._resolver = await asyncio.to_thread(self._made)
        return self._resolver

    def _made(self) -> "Resolver | None":
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


def _handed_out(told: "Message", name: "Name") -> DnsAnswer:
    """Read a referral: the servers stand in the authority section, or in the answer."""
    from dns import rcode, rdatatype  # noqa: PLC0415

    if told.rcode() not in {rcode.NOERROR, rcode.NXDOMAIN}:
        return _UNKNOWN
    sections = (*told.answer, *told.authority)
    found = [each for each in sections if each.rdtype == rdatatype.NS and each.name == name]
    return _answer(str(record) for rrset in found for record in rrset)


def _answer(records: Iterable[str]) -> DnsAnswer:
    found = tuple(sorted({_plain(each) for each in records}))
    return DnsAnswer(Presence.FOUND if found else Presence.ABSENT, found)


def _plain(name: str) -> str:
    return name.removesuffix(".").lower()
