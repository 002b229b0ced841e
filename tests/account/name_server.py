"""A small DNS server on loopback: a recursive resolver and every authority in one, UDP and TCP."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from solarrally_tui.domains.dns_lookup import Dns

SILENT = "silent"
BROKEN = "broken"
LONG = 512


class NameServer:
    """Answers from records; without "recursion desired" it answers as the parent of a zone."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], tuple[str, ...]] = {}
        self.delegations: dict[str, tuple[str, ...]] = {}
        """What the parent of a zone hands out."""
        self.moods: dict[str, str] = {}
        """SILENT or BROKEN, by name; "referrals" for every question to a parent."""
        self.asked: list[tuple[str, str, str]] = []
        """Protocol, name and type of each question."""
        self.port = 0

    def zone(self, name: str, *servers: str) -> None:
        """Put a zone into the world, all of whose servers are this one."""
        self.records[name, "SOA"] = (f"{(servers or ('ns.test',))[0]}. host.test. 1 2 3 4 5",)
        self.records[name, "NS"] = tuple(f"{server}." for server in servers)
        for server in servers:
            self.records[server, "A"] = ("127.0.0.1",)

    def answer(self, wire: bytes, protocol: str) -> bytes | None:
        question = dns.message.from_wire(wire)
        asked = question.question[0]
        name, kind = _plain(asked.name), dns.rdatatype.to_text(asked.rdtype)
        self.asked.append((protocol, name, kind))
        parent = not question.flags & dns.flags.RD
        mood = self.moods.get("referrals" if parent else name)
        if mood == SILENT:
            return None
        reply = dns.message.make_response(question, recursion_available=True)
        if mood == BROKEN:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif parent:
            self._refer(reply, asked.name)
        else:
            self._fill(reply, asked.name, kind)
        return _packed(reply, protocol)

    def _refer(self, reply: dns.message.Message, name: dns.name.Name) -> None:
        given = self.delegations.get(_plain(name), ())
        if given:
            reply.authority.append(
                dns.rrset.from_text_list(name, 300, "IN", "NS", [f"{each}." for each in given])
            )
        else:
            reply.set_rcode(dns.rcode.NXDOMAIN)

    def _fill(self, reply: dns.message.Message, name: dns.name.Name, kind: str) -> None:
        found = self.records.get((_plain(name), kind), ())
        if found:
            reply.answer.append(dns.rrset.from_text_list(name, 300, "IN", kind, list(found)))
        elif not any(known == _plain(name) for known, _ in self.records):
            reply.set_rcode(dns.rcode.NXDOMAIN)

    def dns(self) -> Dns:
        """Return look-ups that ask this server and no other."""
        return Dns(["127.0.0.1"], self.port)


@asynccontextmanager
async def name_server() -> AsyncIterator[NameServer]:
    """Serve on a free port of loopback, for UDP and TCP alike."""
    server = NameServer()
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]
    tcp = await asyncio.start_server(lambda r, w: _stream(server, r, w), sock=listener)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Datagrams(server), local_addr=("127.0.0.1", server.port)
    )
    try:
        yield server
    finally:
        transport.close()
        tcp.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = self._server.answer(data, "udp")
        if reply is not None:
            self._transport.sendto(reply, addr)  # type: ignore[attr-defined]


async def _stream(
    server: NameServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    size = int.from_bytes(await reader.readexactly(2))
    reply = server.answer(await reader.readexactly(size), "tcp")
    if reply is not None:
        writer.write(len(reply).to_bytes(2) + reply)
        await writer.drain()
    writer.close()


def _packed(reply: dns.message.Message, protocol: str) -> bytes:
    """Cut an answer that is too long for a datagram, as servers do."""
    wire = reply.to_wire()
    if protocol == "udp" and len(wire) > LONG:
        reply.answer.clear()
        reply.flags |= dns.flags.TC
        return reply.to_wire()
    return wire


def _plain(name: dns.name.Name) -> str:
    return str(name).rstrip(".").lower()
