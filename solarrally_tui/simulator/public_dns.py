"""The world's DNS as it is around the embedded account: a resolver on loopback.

It knows every hosted zone of the account as delegated, and the records that somebody "made" with
another provider, which a test or a demonstration announces. Nothing else exists.
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

from solarrally_tui.simulator.pins import private, scoped
from solarrally_tui.simulator.runtime.edge import distribution

_records = private(route53, "_records")
_certificates = private(acm, "_certificates")

EVERY = "*"
_TTL = 60
_LOOPBACK = "127.0.0.1"
_NAMES = ("CNAME", "NS")

Name = tuple[str, str]
"""A name with its last dot, in small letters, and a type."""


class PublicDns:
    """Records of other providers, and a server that answers from them. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._announced: dict[Name, str] = {}
        self._every = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((_LOOPBACK, 0))
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
            msg = "a record needs a name and a value"
            raise ValueError(msg)
        if kind in _NAMES:
            value = _dotted(value)
        with self._lock:
            self._announced[name, kind] = value
        return {"name": name, "type": kind, "value": value}

    def withdraw(self) -> dict[str, Any]:
        """Take back every announced record."""
        with self._lock:
            gone, self._announced, self._every = self._announced, {}, False
        return {"removed": len(gone)}

    def listed(self) -> list[dict[str, str]]:
        """Every record of another provider that there is now."""
        return [
            {"name": name, "type": kind, "value": value}
            for (name, kind), value in self._others().items()
        ]

    def proves(self, name: str, value: str) -> bool:
        """Whether the world sees this CNAME with another provider."""
        return self._others().get((_dotted(name), "CNAME")) == _dotted(value)

    def answer(self, wire: bytes) -> bytes:
        """Answer one question in DNS's own format; empty where it cannot be read."""
        try:
            question = dns.message.from_wire(wire)
            asked = question.question[0]
        except (dns.exception.DNSException, IndexError):
            return b""
        reply = dns.message.make_response(question, recursion_available=True)
        name, kind = str(asked.name).lower(), dns.rdatatype.to_text(asked.rdtype)
        found, type_ = self._found(name, kind), kind
        if not found:
            found, type_ = self._found(name, "CNAME"), "CNAME"
        if found:
            reply.answer.append(dns.rrset.from_text(asked.name, _TTL, "IN", type_, *found))
        elif not self._exists(name):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()

    def _others(self) -> dict[Name, str]:
        """Records of other providers: what was announced, and all that AWS asks for after `*`."""
        with self._lock:
            return {**(_asked_for() if self._every else {}), **self._announced}

    def _found(self, name: str, kind: str) -> list[str]:
        told = self._others().get((name, kind))
        return [told] if told else _in_zones(name, kind) or _of_distribution(name, kind)

    def _exists(self, name: str) -> bool:
        names = {each for each, _ in self._others()}
        names |= {_dotted(record["Name"]) for record in _all_records()}
        return any(each == name or each.endswith(f".{name}") for each in names)


class _Server(asyncio.DatagramProtocol):
    def __init__(self, world: PublicDns) -> None:
        self._world = world
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        told = self._world.answer(data)
        if told and self._transport:
            self._transport.sendto(told, addr)


def _all_records() -> list[dict[str, Any]]:
    return [record for _, records in scoped(_records) for record in records]


def _asked_for() -> dict[Name, str]:
    """What AWS asks for in no zone of the account: proofs of names, and ways to CloudFront."""
    wanted = {
        (_dotted(alias), "CNAME"): _dotted(record["DomainName"])
        for _, record in distribution.all_records()
        for alias in distribution.names(record)
    }
    for _, certificate in scoped(_certificates):
        for option in certificate["DomainValidationOptions"]:
            told = option["ResourceRecord"]
            wanted[_dotted(told["Name"]), "CNAME"] = _dotted(told["Value"])
    here = {_dotted(record["Name"]) for record in _all_records()}
    return {key: value for key, value in wanted.items() if key[0] not in here}


def _in_zones(name: str, kind: str) -> list[str]:
    return [
        value
        for record in _all_records()
        if _dotted(record["Name"]) == name and record["Type"] == kind
        for value in record.get("ResourceRecords") or _of_alias(record)
    ]


def _of_alias(record: dict[str, Any]) -> list[str]:
    """An alias is answered with the addresses of what it names: here, all are this machine."""
    return [_LOOPBACK] if record.get("AliasTarget") and record["Type"] == "A" else []


def _of_distribution(name: str, kind: str) -> list[str]:
    """The address of a distribution's own name, which is `localhost:PORT`."""
    known = {_dotted(record["DomainName"]) for _, record in distribution.all_records()}
    return [_LOOPBACK] if kind == "A" and name in known else []


def _dotted(name: str) -> str:
    return name.rstrip(".").lower() + "."
