"""What the chargers of a site draw now, as a viewer of its page sees it: kW, sun, course."""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from textual import work
from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.common.words import DIM
from solarrally_tui.text.sparkline import sparkline
from solarrally_tui.wizard.demo_stage import Stage

if TYPE_CHECKING:
    from solarrally_tui.chargers.fleet.sight import Sight
    from solarrally_tui.deployed.dashboard.live_frames import Frame
    from solarrally_tui.wizard.fleets import Fleets

DRAW_SECONDS: Final = 1.0
_COURSE: Final = 240
"""Seconds of the course that are kept; as many are shown as there are columns for."""
_SCALE: Final = 19
"""Columns for the least and the most of the course."""
_FIRST: Final = 10
"""Seconds in which chargers that are heard for the first time sent before, too."""
_WORDS: Final = 58
"""Columns for the words beside the course."""


class LivePower(Static):
    """One line, which appears with the first message and moves with every one."""

    def __init__(self, fleets: "Fleets", site: str, stage: Stage | None = None) -> None:
        """stage: of a demonstration, some of whose chargers charge unasked."""
        super().__init__(id="live-power")
        self._theirs = stage.chargers(site) if stage else frozenset[str]()
        self._fleets, self._site = fleets, site
        self._sight: Sight | None = None
        self._course: deque[float] = deque(maxlen=_COURSE)
        self._heard: set[str] = set()
        self.kilowatts: float | None = None
        """The power of all that send; None before a message was seen."""

    def on_mount(self) -> None:
        """Listen at the page, and draw what arrives."""
        self.set_interval(DRAW_SECONDS, self.draw)
        self.listen()

    @work(group="listen", exclusive=True, exit_on_error=False)
    async def listen(self) -> None:
        """Note what the page shows until the screen is left. Without, the line stays away."""
        fleet = await self._fleets.open(self._site)
        self._sight = fleet.sight
        await fleet.follow()

    def draw(self) -> None:
        """Add the present to the course and draw the line."""
        sight = self._sight
        if sight is None or not sight.last or not self.screen.is_active:
            return  # the first screen stays below others
        sight.now = datetime.now(UTC)
        sending = {name: frame for name, frame in sight.last.items() if sight.shows(name)}
        self.kilowatts = sum(frame.power_w for frame in sending.values()) / 1000
        if not sending.keys() <= self._heard and len(self._course) < _FIRST:
            self._course.clear()  # they were there before: only their messages arrive by and by
        self._heard |= sending.keys()
        self._course.append(self.kilowatts)
        self.add_class("-sends")
        theirs = len(self._theirs & sending.keys())
        listened = sight.now - (sight.listening_since or sight.now)
        text = line(
            sending.values(),
            tuple(self._course),
            self.size.width or _WORDS,
            theirs,
            is_early=0 < listened.total_seconds() < sight.allowed / 2,
        )
        self.update(text)


def line(
    sending: Iterable["Frame"],
    course: Iterable[float],
    width: int,
    theirs: int = 0,
    *,
    is_early: bool = False,
) -> Content:
    """Return the line of the chargers that send now.

    course: kW, the newest last. theirs: how many of them are a demonstration's own. is_early:
    whether others may send that were not heard yet.
    """
    shown, values = tuple(sending), tuple(course)
    if not shown:
        return Content.styled("No message at the page now.", DIM)
    total = sum(frame.power_w for frame in shown)
    solar = sum(frame.power_w for frame in shown if frame.source == "solar")
    sun = f"{100 * solar / total:.0f} % from the sun" if total else "nobody charges"
    counted = f"{len(shown)} heard so far" if is_early else _counted(len(shown), theirs)
    words = f"   {sun}   {counted}   "
    columns = max(width - len(words) - _SCALE - 10, 8)
    kilowatts = (f"{total / 1000:5.1f} kW", "bold $text-success")
    return Content.assemble(kilowatts, words, course_of(values, columns))


def course_of(kilowatts: Sequence[float], columns: int) -> Content:
    """Return the last values as blocks, with the least and the most of them.

    The lowest block is the least: from zero on, it would be a solid bar in which nothing moves.
    """
    seen = kilowatts[-columns:]
    least, most = min(seen), max(seen)
    blocks = sparkline([value - least for value in seen], len(seen))
    return Content.assemble((blocks, "$text-primary"), (f" {least:.1f} to {most:.1f} kW", DIM))


def _counted(count: int, theirs: int) -> str:
    kind = "demo " if theirs and theirs == count else ""
    sends = "charger sends" if count == 1 else "chargers send"
    others = f", {theirs} of the demo" if theirs and not kind else ""
    return f"{count} {kind}{sends}{others}"
