"""What the chargers of a site draw now, as a viewer of its page sees it: kW, sun, course."""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from textual import work
from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.common.words import DIM
from solarrally_tui.text.sparkline import sparkline

if TYPE_CHECKING:
    from solarrally_tui.chargers.fleet.sight import Sight
    from solarrally_tui.deployed.dashboard.live_frames import Frame
    from solarrally_tui.wizard.fleets import Fleets

DRAW_SECONDS: Final = 1.0
_COURSE: Final = 240
"""Seconds of the course that are kept; as many are shown as there are columns for."""
_WORDS: Final = 58
"""Columns for the words beside the course."""


class LivePower(Static):
    """One line, which appears with the first message and moves with every one."""

    def __init__(self, fleets: "Fleets", site: str) -> None:
        super().__init__(id="live-power")
        self._fleets, self._site = fleets, site
        self._sight: Sight | None = None
        self._course: deque[float] = deque(maxlen=_COURSE)
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
        sending = [frame for name, frame in sight.last.items() if sight.shows(name)]
        self.kilowatts = sum(frame.power_w for frame in sending) / 1000
        self._course.append(self.kilowatts)
        self.add_class("-sends")
        self.update(line(sending, tuple(self._course), self.size.width or _WORDS))


def line(sending: Iterable["Frame"], course: Iterable[float], width: int) -> Content:
    """Return the line of the chargers that send now. course: kW, the newest last."""
    shown, values = tuple(sending), tuple(course)
    total = sum(frame.power_w for frame in shown)
    solar = sum(frame.power_w for frame in shown if frame.source == "solar")
    sun = f"{100 * solar / total:.0f} % from the sun" if total else "nobody charges"
    count = "1 charger sends" if len(shown) == 1 else f"{len(shown)} chargers send"
    if not shown:
        return Content.styled("No message at the page now.", DIM)
    words = f"   {sun}   {count}   "
    columns = min(max(width - len(words) - 10, 8), len(values))
    return Content.assemble(
        (f"{total / 1000:5.1f} kW", "bold $text-success"),
        words,
        (sparkline(values, columns), "$text-primary"),
    )
