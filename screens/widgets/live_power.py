"""What the chargers of a site draw now, as a viewer of its page sees it: kW, sun, course."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from solarrally_tui.chargers.fleet.power_course import STEP
from solarrally_tui.health.figures import amount
from solarrally_tui.screens.common.textual_tricks import redraw
from solarrally_tui.screens.common.words import DATA, DIM
from solarrally_tui.screens.widgets.chart import chart, columns
from solarrally_tui.screens.widgets.large_figure import LargeFigure
from solarrally_tui.text.sparkline import scale, sparkline
from solarrally_tui.wizard.demo_stage import Stage

if TYPE_CHECKING:
    from solarrally_tui.chargers.fleet.power_course import PowerCourse
    from solarrally_tui.chargers.fleet.sight import Sight
    from solarrally_tui.deployed.dashboard.live_frames import Frame
    from solarrally_tui.wizard.fleets import Fleets

DRAW_SECONDS: Final = 1.0
_FEWEST: Final = 4
"""Columns of a course in the line: fewer say nothing."""
_WORDS: Final = 58
"""Columns for the words beside the course, before the first layout."""
_LEAST: Final = 20
"""Columns of a chart, before the first layout."""
_QUIET: Final = "No message at the page now."
_LISTENS: Final = "Listening at the page …"


class LivePower(Horizontal):
    """Appears once each charger had the time to send, and moves with every message.

    One line, or large digits where its screen is styled so: then the course is as high as they are.
    """

    class Began(Message):
        """The power of all chargers shows for the first time."""

    def __init__(self, fleets: "Fleets", site: str, stage: Stage | None = None) -> None:
        """stage: of a demonstration, some of whose chargers charge unasked."""
        super().__init__(id="live-power")
        self._theirs = stage.chargers(site) if stage else frozenset[str]()
        self._fleets, self._site = fleets, site
        self._sight: Sight | None = None
        self._told: tuple[str, ...] = ()
        """The words beside large digits, as they were drawn."""
        self.kilowatts: float | None = None
        """The power of all that send; None before each had the time to."""
        self._lost_since: datetime | None = None

    def compose(self) -> ComposeResult:
        """Have both looks ready: the terminal decides which one shows."""
        yield Static(id="live-line")
        yield LargeFigure(id="live-digits")
        yield Static(id="live-words")
        yield Static(id="live-course")

    def expect(self) -> None:
        """Keep the place of what will be shown, where chargers are known to be connected."""
        if self.kilowatts is None and not self.has_class("-sends"):
            self.add_class("-sends", "-flows")
            self.query_one("#live-line", Static).update(Content.styled(_LISTENS, DIM))
            self.query_one("#live-digits", LargeFigure).show("")
            self.query_one("#live-words", Static).update(_LISTENS)

    def doubt(self, lost_since: datetime | None) -> None:
        """Show nothing from before AWS was out of reach as what is so now; None while it is not.

        The page may go on without AWS's API, which refuses a sign-in that has ended.
        """
        if lost_since != self._lost_since:
            self._lost_since = lost_since
            self.draw()

    def on_mount(self) -> None:
        """Listen at the page, and draw what arrives."""
        self.set_interval(DRAW_SECONDS, self.draw)
        self.listen()

    def on_resize(self) -> None:
        """Use the new room."""
        self.call_after_refresh(self.draw)

    @work(group="listen", exclusive=True, exit_on_error=False)
    async def listen(self) -> None:
        """Note what the page shows until the screen is left. Without, the line stays away."""
        fleet = await self._fleets.open(self._site)
        self._sight = fleet.sight
        self.draw()
        await fleet.follow()

    def draw(self) -> None:
        """Draw what is known now."""
        sight = self._sight
        if sight is None or not sight.last or not self.screen.is_active:
            return  # the first screen stays below others
        sight.now = datetime.now(UTC)
        if self.kilowatts is None and sight.is_early:
            return  # those that were not heard yet would be missing in the sum
        if self.kilowatts is None:
            self.post_message(self.Began())
        sending, lost = sight.shown, self._lost_since
        if lost is not None and all(frame.arrived <= lost for frame in sending):
            sending = []
        self.kilowatts = sum(frame.power_w for frame in sending) / 1000
        self.add_class("-sends")
        self.set_class(bool(sending), "-flows")
        self.set_class(len(sending) > 1, "-several")
        theirs = sum(frame.charger in self._theirs for frame in sending)
        told, width = words(sending, theirs), self.size.width or _WORDS
        course = [each for each in sight.total.steps(width) if each is not None]
        said = line(self.kilowatts, told, course, width) if sending else Content(_QUIET)
        redraw(self.query_one("#live-line", Static), said)
        self.query_one("#live-digits", LargeFigure).show(f"{self.kilowatts:.1f}")
        if told != self._told:  # Their width is that of the words.
            self._told = told
            self.query_one("#live-words", Static).update("\n".join(("kW now", *told)))
        beside = self.query_one("#live-course", Static)
        redraw(beside, high_course(sight.total, beside.size))


def words(sending: "Sequence[Frame]", theirs: int = 0) -> tuple[str, str]:
    """Return how much of the power is from the sun, and how many chargers send.

    theirs: how many of them are a demonstration's own.
    """
    total = sum(frame.power_w for frame in sending)
    solar = sum(frame.power_w for frame in sending if frame.source == "solar")
    sun = f"{100 * solar / total:.0f} % from the sun" if total else "nobody charges"
    return sun, _counted(len(sending), theirs)


def line(kilowatts: float, told: Iterable[str], course: Sequence[float], width: int) -> Content:
    """Return the power in one line. course: kW, the newest last."""
    said = "   ".join(("", *told, ""))
    room = width - len(said) - len("999.9 kW") - len(_beside(scale(course)))
    drawn = course_of(course, room) if room >= _FEWEST else Content("")
    return Content.assemble((f"{kilowatts:5.1f} kW", "bold $text-success"), said, drawn)


def course_of(kilowatts: Sequence[float], columns: int) -> Content:
    """Return the last values as blocks, and their scale. It begins at zero, as all others do."""
    seen = kilowatts[-columns:]
    top = scale(seen)
    blocks = sparkline(seen, columns, top)
    return Content.assemble((blocks, DATA), (_beside(top), DIM))


def _beside(top: float) -> str:
    """Return the scale behind a course; of zeros alone there is none."""
    return f" 0 to {amount(top, 'kW')}" if top else ""


def high_course(course: "PowerCourse", size: tuple[int, int]) -> Content:
    """Return the last minutes as a chart, the newest on the right. size: columns and lines."""
    size = (max(size[0], _LEAST), max(size[1], 2))
    kilowatts = course.steps(size[0])
    of = (scale(kilowatts), "kW")
    steps = columns(size, of)
    values = (*(None,) * (steps - len(kilowatts)), *kilowatts[-steps:])
    each = 60 // STEP
    marks = [(1 - each * ago / steps, f"{ago} min ago") for ago in range(steps // each, 0, -1)]
    return Content("\n").join(chart(values, size, of, [*marks, (1.0, "now")], DATA))


def _counted(count: int, theirs: int) -> str:
    kind = "demo " if theirs and theirs == count else ""
    sends = "charger sends" if count == 1 else "chargers send"
    others = f", {theirs} of the demo" if theirs and not kind else ""
    return f"{count} {kind}{sends}{others}"
