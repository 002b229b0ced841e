"""A run of simulated chargers: they publish, the page is watched, figures are taken."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from types import MappingProxyType
from typing import Final

from websockets.exceptions import WebSocketException

from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.publisher import Rhythm, publish_as
from solarrally_tui.chargers.simulation.figures import Figures, Tally
from solarrally_tui.deployed.dashboard import viewer_login
from solarrally_tui.deployed.dashboard.live_frames import frames
from solarrally_tui.deployed.dashboard.site_http import Front
from solarrally_tui.deployed.site import DeployedSite

FIGURES_SECONDS: Final = 1.0
"""How often figures are taken."""
PATIENCE_SECONDS: Final = 3.0
"""How long the page is watched after the last message, as long as nothing arrives."""
_PAUSE_SECONDS: Final = 2.0
"""Before the page is opened again after it was lost."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where telemetry is watched as a viewer sees it."""

    front: Front
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """They sign in."""


async def page_of(site: DeployedSite) -> Page:
    """Return where a site's telemetry is watched. Raises ChargerError before there is a page."""
    edge = await site.stacks.outputs("edge")
    if not edge.get("DistributionDomainName"):
        raise ChargerError(
            what=f"The site {site.name} has no address yet.",
            why="Without it, nobody can see what arrives at the page.",
            next=f"Deploy it first. What it lacks: solarrally status {site.name}",
        )
    return Page(Front.of(edge), await viewer_login.headers(site.door, edge))


@dataclass(frozen=True, slots=True)
class Fleet:
    """The chargers of a run."""

    chargers: Sequence[ChargerFiles]
    tls: SSLContext | None = field(default=None, repr=False)
    """What all of them show to AWS IoT; None: each what its files hold."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a run, beside its count of messages a charger."""

    seconds: float | None = None
    messages: int | None = None
    """Of all chargers. Their settings may make them send more often than the run was priced for."""

    def are_reached(self, tally: Tally) -> bool:
        """Whether as much is acknowledged as may be sent."""
        return self.messages is not None and tally.acknowledged.total() >= self.messages


NO_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended."""

    figures: Figures
    by_charger: Mapping[str, int]
    """Acknowledged messages."""
    refusals: Mapping[str, str]
    """Why AWS IoT refused a charger, by its name."""
    was_stopped: bool
    """Whether the operator ended it."""


async def run_load(
    fleet: Fleet,
    rhythm: Rhythm,
    *,
    limits: Limits = NO_LIMITS,
    page: Page | None = None,
    on_figures: Callable[[Figures], None] = lambda _: None,
) -> Run:
    """Publish until each charger has sent its messages, a limit is reached, or this is cancelled.

    The first cancellation ends the run and is taken: the figures are returned.
    Raises ChargerError where files cannot be used or this computer allows too few connections, and
    what entering Front.live raises where the page does not open.
    """
    count = len(fleet.chargers)
    tally = Tally(is_watched=page is not None)
    async with _watched(page, tally):
        publishing = asyncio.create_task(publish_as(fleet.chargers, rhythm, tally, tls=fleet.tls))
        was_stopped = False
        try:
            async with asyncio.timeout(limits.seconds):
                while not publishing.done() and not limits.are_reached(tally):
                    await asyncio.wait({publishing}, timeout=FIGURES_SECONDS)
                    on_figures(tally.figures(count))
        except TimeoutError:
            pass
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task and task.uncancel():
                raise
            was_stopped = True
        finally:
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)
        if not publishing.cancelled():
            publishing.result()
        ended = tally.figures(count)
        await _last_frames(tally)
    return Run(
        ended.seen_later(tally.figures(count)),
        {charger.name: tally.acknowledged[charger.name] for charger in fleet.chargers},
        {name: error.plain.detail or error.plain.what for name, error in tally.refused.items()},
        was_stopped,
    )


@asynccontextmanager
async def _watched(page: Page | None, tally: Tally) -> AsyncIterator[None]:
    """Count at the page meanwhile. It is open before the first message is sent."""
    if page is None:
        yield
        return
    opened = asyncio.Event()
    watching = asyncio.create_task(_watch(page, tally, opened))
    try:
        opening = asyncio.create_task(opened.wait())
        await asyncio.wait({watching, opening}, return_when=asyncio.FIRST_COMPLETED)
        opening.cancel()
        if watching.done():
            watching.result()
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _watch(page: Page, tally: Tally, opened: asyncio.Event) -> None:
    """Count frames. Where the page is lost after it was open, open it again."""
    while True:
        try:
            async with page.front.live(page.headers) as socket:
                opened.set()
                async for frame in frames(socket):
                    if frame.sent:
                        tally.see((frame.charger, frame.sent))
        except (OSError, WebSocketException):
            if not opened.is_set():
                raise
        tally.page_losses += 1
        await asyncio.sleep(_PAUSE_SECONDS)


async def _last_frames(tally: Tally) -> None:
    """Wait for what is still on its way to the page, as long as something arrives."""
    with contextlib.suppress(asyncio.CancelledError):
        while left := tally.unseen:
            await asyncio.sleep(PATIENCE_SECONDS)
            if tally.unseen == left:
                return
