"""Proof of a charger, timed: from its certificate to the page that viewers see.

Each hop is measured on the real way, with one message. Nothing outside shows where a message is
between AWS IoT and the page, so bridge and backend are one hop here. Where it fails,
`solarrally diagnose` reads the probe inside and says which of the two it is.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import Final

from cryptography import x509
from websockets.exceptions import WebSocketException

from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.chargers import certificates, registered
from solarrally_tui.chargers.connection import Connection, tls_of
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.proof import CERTIFICATE, PAGE, Hop, Proof
from solarrally_tui.chargers.simulated_load import Page
from solarrally_tui.chargers.simulation.profiles import TRAITS, Profile, Turn, turns
from solarrally_tui.chargers.telemetry import FREE
from solarrally_tui.deployed import device_certificates, fleet_index
from solarrally_tui.deployed.dashboard.live_frames import Frame, frames
from solarrally_tui.deployed.site import DeployedSite

_LONGEST: Final = timedelta(minutes=2)
"""What no proof lasts longer than, with the messages that follow it."""
_LOOKS: Final = 6
_MORE_SECONDS: Final = 1.0
"""Between two messages after a proof."""
_REPORT_SECONDS: Final = 0.2
"""Between two looks at how far a connection has come."""
_BETWEEN_LOOKS: Final = 0.5
"""Seconds. So long after a proof we wait until AWS IoT reports its connection as ended."""

_ACTIVE: Final = "ACTIVE"
"""Of a certificate with which a charger may connect (API reference, DescribeCertificate)."""

PAGE_SECONDS: Final = 15.0
"""How long a message may take from AWS IoT to the page before we say that it does not arrive."""


async def prove(
    charger: ChargerFiles,
    page: Page,
    *,
    report: Callable[[Proof], None] = lambda _: None,
    site: DeployedSite | None = None,
    more: int = 0,
    on_frame: Callable[[Frame], None] = lambda _: None,
) -> Proof:
    """Send one message as a charger, and time each hop until the page shows it.

    site: asked first whether AWS IoT will accept the charger; without it, nobody is. more: messages
    that follow every second once it is proven, and one more that ends its charging.
    on_frame: called with everything that the page shows of the charger.
    """
    proof = Proof(charger.name)
    report(proof)
    begun = time.perf_counter()
    try:
        tls = await asyncio.to_thread(tls_of, charger)
        await asyncio.to_thread(_check_dates, charger)
    except ChargerError as error:
        return _ended(replace(proof, failed=CERTIFICATE, plain=error.plain), report)
    proof = proof.passed(CERTIFICATE, (time.perf_counter() - begun) * 1000)
    report(proof)
    if site is not None and (plain := await refusal(charger, site)):
        return _ended(replace(proof, failed=Hop.CONNECT, plain=plain), report)
    arrivals = _Arrivals(charger.name, on_frame)
    try:
        async with _opened(page, arrivals), Connection(charger, tls) as connection:
            proof = await _on_the_way(connection, charger, proof, report, arrivals)
            if proof.is_proven and more:
                for turn in _ending(islice(_story(charger), 1, more + 2)):
                    await asyncio.sleep(_MORE_SECONDS)
                    await connection.publish(turn.payload(datetime.now(UTC)))
    except _PageShutError as error:
        return _ended(replace(proof, failed=PAGE, plain=_shut(charger.site, error)), report)
    return proof


async def refusal(charger: ChargerFiles, site: DeployedSite) -> Plain | None:
    """Return why AWS IoT refuses a charger by its files; None where its registry shows nothing.

    A connection that is refused shows no reason. Raises nothing: what cannot be asked is tried.
    """
    name = charger.name
    try:
        pem = await asyncio.to_thread(charger.certificate.read_text, "ascii")
        certificate = device_certificates.id_of(pem)
        known, held = await asyncio.gather(
            registered.find(name, site),
            site.door.find("iot", "describe_certificate", certificateId=certificate),
        )
    except ChargerError as error:
        return error.plain
    except AwsError:
        return None
    status = held["certificateDescription"]["status"] if held else ""
    if status == _ACTIVE and known is not None:
        return None
    again = (
        f"New key on Fleet lets it in again, as does solarrally chargers replace {name} --to FOLDER"
    )
    if known is None:
        return Plain(
            what=f"{name} is not registered any more.",
            why="AWS IoT has no charger of this name, so it accepts no connection of it.",
            next="Add it again.",
        )
    if known.revoked:
        return Plain(
            what=f"{name} is revoked.",
            why="AWS IoT accepts no connection with its certificate, which is inactive.",
            next=again,
        )
    held_as = f"is {status.lower()}" if status else "is deleted"
    return Plain(
        what=f"The certificate of {name} {held_as} in AWS IoT.",
        why=f"So AWS IoT accepts no connection with the files in {charger.folder}.",
        next=f"Use its newer files, if there are any. {again}",
    )


@asynccontextmanager
async def noted(name: str, site: DeployedSite) -> AsyncIterator[None]:
    """Let a charger whose only connection is a proof still count as one that has not connected.

    Nothing is noted of one that has connected on its own before, nor where the credentials may not
    note it: its silence then looks like that of any other. Raises nothing of its own.
    """
    if not await _is_new(name, site):
        yield
        return
    # First for as long as a proof may last: whoever leaves the screen meanwhile ends this one.
    await _note(name, site, datetime.now(UTC) + _LONGEST)
    try:
        yield
    finally:
        await asyncio.shield(_note_end(name, site))


async def _is_new(name: str, site: DeployedSite) -> bool:
    """Whether a charger has never connected but for proofs, as far as the index knows."""
    try:
        charger, seen = await asyncio.gather(
            registered.find(name, site),
            site.door.find("iot", "get_thing_connectivity_data", thingName=name),
        )
    except (AwsError, ChargerError):
        return False
    if charger is None or seen is None or seen.get("connected"):
        return False
    moment = seen["timestamp"].timestamp() * 1000 if "timestamp" in seen else 0
    thing = {"connectivity": {"timestamp": moment}, "attributes": charger.attributes}
    return not moment or fleet_index.is_only_proved(thing)


async def _note_end(name: str, site: DeployedSite) -> None:
    """Note when AWS IoT saw the connection of a proof end, so that any later one is another."""
    ended = datetime.now(UTC)
    with contextlib.suppress(AwsError):
        for _ in range(_LOOKS):
            seen = await site.door.find("iot", "get_thing_connectivity_data", thingName=name)
            if seen and not seen.get("connected"):
                ended = seen.get("timestamp", ended)
                break
            await asyncio.sleep(_BETWEEN_LOOKS)
        await _note(name, site, ended)


async def _note(name: str, site: DeployedSite, moment: datetime) -> None:
    with contextlib.suppress(AwsError):
        value = {fleet_index.PROVED: fleet_index.until(moment)}
        await certificates.set_attributes(name, value, site.door)


async def _on_the_way(
    connection: Connection,
    charger: ChargerFiles,
    proof: Proof,
    report: Callable[[Proof], None],
    arrivals: "_Arrivals",
) -> Proof:
    try:
        proof = await _accepted(connection, proof, report)
        report(proof)
        now = datetime.now(UTC)
        turn = next(_story(charger))
        sent = time.perf_counter()
        await connection.publish(turn.payload(now))
    except ChargerError as error:
        at, proof = connection.hop, _dialled(proof, connection)
        plain = replace(error.plain, next=_NEXT[at].format(charger=charger))
        return _ended(replace(proof, failed=at, plain=plain), report)
    acknowledged = time.perf_counter()
    proof = proof.passed(Hop.PUBLISH, (acknowledged - sent) * 1000)
    report(proof)
    try:
        async with asyncio.timeout(PAGE_SECONDS):
            frame, seen = await arrivals.of(turn.stamped(now))
    except TimeoutError:
        return _ended(replace(proof, failed=PAGE, plain=_unseen(charger)), report)
    # A message may be at the page before its acknowledgement is here.
    proof = proof.passed(PAGE, max(0.0, seen - acknowledged) * 1000)
    return _ended(replace(proof, frame=frame), report)


async def _accepted(connection: Connection, proof: Proof, report: Callable[[Proof], None]) -> Proof:
    """Wait until AWS IoT accepts the connection, and report how far it has come meanwhile.

    A later attempt begins at the network again; what was passed once stays passed.
    """
    accepted, furthest = asyncio.ensure_future(connection.connected()), proof
    try:
        while not (await asyncio.wait({accepted}, timeout=_REPORT_SECONDS))[0]:
            dialled = _dialled(proof, connection)
            if len(dialled.milliseconds) > len(furthest.milliseconds):
                furthest = dialled
                report(furthest)
        await accepted
    finally:
        accepted.cancel()
    return _dialled(proof, connection)


def _dialled(proof: Proof, connection: Connection) -> Proof:
    """Return the proof with what the present connection has passed."""
    for hop, milliseconds in connection.milliseconds.items():
        proof = proof.passed(hop, milliseconds)
    return proof


def _story(charger: ChargerFiles) -> Iterator[Turn]:
    return turns(TRAITS[Profile.DAY], "proof", charger.name, 5.0)


def _ending(story: Iterable[Turn]) -> Iterator[Turn]:
    """Yield the turns of a story, the last one of them without a car."""
    *charging, last = story
    yield from charging
    yield replace(last, reading={**last.reading, **FREE})


def _ended(proof: Proof, report: Callable[[Proof], None]) -> Proof:
    report(proof)
    return proof


class _Arrivals:
    """What the page shows of one charger."""

    def __init__(self, charger: str, on_frame: Callable[[Frame], None]) -> None:
        self._charger = charger
        self._on_frame = on_frame
        self._seen: dict[datetime | None, tuple[Frame, float]] = {}
        self._changed = asyncio.Event()

    def take(self, frame: Frame) -> None:
        """Note a frame, of whichever charger."""
        if frame.charger != self._charger:
            return
        self._seen[frame.sent] = (frame, time.perf_counter())
        self._changed.set()
        self._on_frame(frame)

    async def of(self, sent: datetime) -> tuple[Frame, float]:
        """Return the frame of a message by its timestamp, and when it arrived, once it has."""
        while sent not in self._seen:
            self._changed.clear()
            await self._changed.wait()
        return self._seen[sent]


class _PageShutError(Exception):
    """The page's live channel does not open."""


@asynccontextmanager
async def _opened(page: Page, arrivals: _Arrivals) -> AsyncIterator[None]:
    """Watch the page meanwhile. Raises _PageShutError where it does not open."""
    try:
        socket = await page.front.live(page.headers)
    except (OSError, WebSocketException) as error:
        raise _PageShutError(str(error)) from error

    async def watch() -> None:
        with contextlib.suppress(WebSocketException):
            async for frame in frames(socket):
                arrivals.take(frame)

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await socket.close()


def _check_dates(charger: ChargerFiles) -> None:
    """Raise ChargerError for a certificate that is not valid yet or any more, by our clock."""
    held = x509.load_pem_x509_certificate(charger.certificate.read_bytes())
    now = datetime.now(UTC)
    if held.not_valid_before_utc <= now <= held.not_valid_after_utc:
        return
    raise ChargerError(
        what=f"The certificate of {charger.name} is not valid now.",
        why=f"It is valid from {held.not_valid_before_utc:%Y-%m-%d} to "
        f"{held.not_valid_after_utc:%Y-%m-%d}, and this computer's clock shows {now:%Y-%m-%d}.",
        next=f"Set the clock, or issue another: solarrally chargers replace {charger.name} "
        f"--to {charger.folder}",
    )


_NEXT: Final[Mapping[Hop, str]] = MappingProxyType(
    {
        Hop.NETWORK: "Let this computer look up {charger.endpoint} and connect to its port "
        "{charger.port}. Firewalls and proxies often block it.",
        Hop.TLS: "Check this computer's clock, and that nothing between it and AWS IoT opens TLS, "
        "as some firewalls do.",
        Hop.CONNECT: "Check that the certificate is active and attached to {charger.client_id}: "
        "solarrally chargers show {charger.client_id}. Nothing else may connect under this name.",
        Hop.PUBLISH: "Check that the policy of the certificate allows the topic {charger.topic}. "
        "An update of the site restores it: solarrally update {charger.site}",
    }
)


def _unseen(charger: ChargerFiles) -> Plain:
    return Plain(
        what=f"AWS IoT has the message of {charger.name}, but the page does not show it.",
        why=f"Nothing arrived for {PAGE_SECONDS:.0f} seconds. The bridge or the backend of the "
        "site does not pass it on.",
        next=f"Find out which and why: solarrally diagnose {charger.site}",
    )


def _shut(site: str, error: Exception) -> Plain:
    return Plain(
        what="The page's live channel does not open.",
        why="Without it nobody can see whether the message arrives, so none was sent.",
        next=f"Find out why: solarrally diagnose {site}",
        detail=str(error),
    )
