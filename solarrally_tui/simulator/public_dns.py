"""The public DNS around the simulated account: a resolver on loopback.

It answers for every hosted zone of the account as if it were delegated, and for the records of
other DNS providers, which a test or a demonstration announces. Nothing else exists.
"""

import asyncio
import socket
import threading
from typing import Any

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from ministack.services import acm, route53

from solarrally_tui.simulator.iot import region_endpoints
from solarrally_tui.simulator.pins import private, scoped
from solarrally_tui.simulator.runtime.edge import distribution
from solarrally_tui.simulator.settings import LOOPBACK

_records = private(route53, "_records")
_certificates = private(acm, "_certificates")

EVERY = "*"
_TTL = 60
_NAMES_AS_VALUES = ("CNAME", "NS")

Name = tuple[str, str]
"""A name in lower case with its final dot, and a type."""


class PublicDns:
    """The records of other providers, and a server. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._announced: dict[Name, str] = {}
        self._every = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((LOOPBACK, 0))
        self._socket.setblocking(False)

    @property
    def address(self) -> str:
        """HOST:PORT at which it answers over UDP."""
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    async def serve(self) -> None:
        """Answer questions until cancelled."""
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Server(self), sock=self._socket
        )
        try:
            await asyncio.Event().wait()
        finally:
            transport.close()

    def announce(self, given: dict[str, Any]) -> dict[str, Any]:
        """Set a record from its name, type (CNAME by default) and value, replacing an earlier one.

        The name `*` alone sets every record that AWS asks for, now and later. Raises ValueError
        when the name or the value is missing.
        """
        if given.get("name") == EVERY:
            self._every = True
            return {"name": EVERY}
        name, kind = _dotted(str(given.get("name", ""))), str(given.get("type", "CNAME")).upper()
        value = str(given.get("value", ""))
        if name == "." or not value:
            msg = "A record needs a name and a value."
            raise ValueError(msg)
        if kind in _NAMES_AS_VALUES:
            value = _dotted(value)
        with self._lock:
            self._announced[name, kind] = value
        return {"name": name, "type": kind, "value": value}

    def withdraw(self) -> dict[str, Any]:
        """Remove every announced record."""
        with self._lock:
            removed, self._announced, self._every = self._announced, {}, False
        return {"removed": len(removed)}

    def listed(self) -> list[dict[str, str]]:
        """Return every record of other providers."""
        return [
            {"name": name, "type": kind, "value": value}
            for (name, kind), value in self._others().items()
        ]

    def proves(self, name: str, value: str) -> bool:
        """Return whether another provider has this CNAME."""
        return self._others().get((_dotted(name), "CNAME")) == _dotted(value)

    def alias(self, name: str) -> str:
        """Return where the CNAME of a name leads, without a dot at its end; empty without one."""
        return next((value.rstrip(".") for value in self._values(_dotted(name), "CNAME")), "")

    def answer(self, wire: bytes) -> bytes:
        """Answer one query in DNS's wire format. Returns nothing when it cannot be read."""
        try:
            query = dns.message.from_wire(wire)
            question = query.question[0]
        except (dns.exception.DNSException, IndexError):
            return b""
        reply = dns.message.make_response(query, recursion_available=True)
        name, kind = str(question.name).lower(), dns.rdatatype.to_text(question.rdtype)
        for type_ in (kind, "CNAME"):
            if values := self._values(name, type_):
                records = dns.rrset.from_text(question.name, _TTL, "IN", type_, *values)
                reply.answer.append(records)
                if type_ != kind and (found := self._values(values[0], kind)):
                    reply.answer.append(dns.rrset.from_text(values[0], _TTL, "IN", kind, *found))
                return reply.to_wire()
        names = {name for name, _ in self._others()}
        names |= {_dotted(record["Name"]) for record in _all_records()}
        if not any(known == name or known.endswith(f".{name}") for known in names):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()

    def _others(self) -> dict[Name, str]:
        """Return the announced records and, after `*`, all that AWS needs outside its zones."""
        with self._lock:
            return {**(_needed_by_aws() if self._every else {}), **self._announced}

    def _values(self, name: str, kind: str) -> list[str]:
        if value := self._others().get((name, kind)):
            return [value]
        if values := _in_zones(name, kind):
            return values
        # A distribution's own name is this machine, and so is an endpoint's, `localhost:PORT`.
        domains = {_dotted(record["DomainName"]) for _, record in distribution.all_records()}
        domains |= set(map(_dotted, region_endpoints.names()))
        return [LOOPBACK] if kind == "A" and name in domains else []


class _Server(asyncio.DatagramProtocol):
    def __init__(self, public_dns: PublicDns) -> None:
        self._dns = public_dns
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        reply = self._dns.answer(data)
        if reply and self._transport:
            self._transport.sendto(reply, addr)


def _all_records() -> list[dict[str, Any]]:
    return [record for _, records in scoped(_records) for record in records]


def _needed_by_aws() -> dict[Name, str]:
    """Return the records outside the account's zones that certificates and distributions need."""
    wanted = {
        (_dotted(alias), "CNAME"): _dotted(record["DomainName"])
        for _, record in distribution.all_records()
        for alias in distribution.names(record)
    }
    for _, certificate in scoped(_certificates):
        for option in certificate["DomainValidationOptions"]:
            proof = option["ResourceRecord"]
            wanted[_dotted(proof["Name"]), "CNAME"] = _dotted(proof["Value"])
    here = {_dotted(record["Name"]) for record in _all_records()}
    return {key: value for key, value in wanted.items() if key[0] not in here}


def _in_zones(name: str, kind: str) -> list[str]:
    return [
        # Route 53 takes a name for complete that has no dot at its end.
        _dotted(value) if kind in _NAMES_AS_VALUES else value
        for record in _all_records()
        if _dotted(record["Name"]) == name and record["Type"] == kind
        # An alias has the addresses of its target, which here is always this machine.
        for value in record.get("ResourceRecords")
        or ([LOOPBACK] if record.get("AliasTarget") and record["Type"] == "A" else [])
    ]


def _dotted(name: str) -> str:
    return name.rstrip(".").lower() + "."
