"""Presenter mode: what to say at each step, the figure that matters in large digits, and keys.

For a room: the account's number and every ARN are hidden (widgets/discreet.py), and each key is
shown as it is pressed, except what somebody types into a field.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import Input, Static

from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.screens.common.money import amount, estimate_of
from solarrally_tui.screens.widgets.large_figure import LargeFigure
from solarrally_tui.screens.widgets.live_power import LivePower
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session

_DRAW_SECONDS: Final = 0.5
"""Often enough that it names no other number of steps than Provision."""
_KEY_SECONDS: Final = 6.0
_KEYS: Final = 4
"""Keys that are shown, the newest last."""


@dataclass(frozen=True, slots=True)
class Story:
    """What to say at a step."""

    title: str
    text: str


STORIES: Final[Mapping[str, Story]] = MappingProxyType(
    {
        "welcome": Story(
            "A charging site in your own AWS account",
            "A few questions, one price, one Deploy. The site belongs to you, not to us.",
        ),
        "account": Story(
            "You sign in as you do everywhere",
            "No key is stored. Below is what this account means for the site, before it costs.",
        ),
        "billing": Story(
            "No surprise on the bill",
            "A budget and a watch for unusual cost. Both write to this address.",
        ),
        "domain": Story(
            "An address at once",
            "CloudFront gives one, with TLS, without cost. Your own name can come later.",
        ),
        "size": Story(
            "The price, before anything exists",
            "Three sizes for the same chargers at AWS's list prices. Change one, see it move.",
        ),
        "application": Story(
            "You know what runs",
            "One commit of the application, checked. The build fixes what would not run.",
        ),
        "review": Story(
            "Everything once, in words and money",
            "What is created, what it costs, how long it takes. Nothing exists yet.",
        ),
        "provision": Story(
            "AWS builds it",
            "Network, database, application, page. Close the laptop: AWS finishes what it began.",
        ),
        "charger": Story(
            "Proof instead of promise",
            "Add gives the charger its own key. Prove it times each hop to the page.",
        ),
        "status": Story(
            "It charges",
            "Every check asks AWS now. O opens the dashboard, signed in. It moves.",
        ),
    }
)
"""By step. Of a run that has begun, `story` knows more."""

_STOPPED: Final[Mapping[Exit | None, Story]] = {
    Exit.WAITING_FOR_YOU: Story(
        "It needs you",
        "The page says what to do. What AWS has finished stays; Try again continues from there.",
    ),
    Exit.OUT_OF_SIGHT: Story(
        "The connection is lost",
        "AWS finishes what it has begun. Try again looks how far it is, and continues.",
    ),
}


def story(step: str, run: RunProgress | None) -> Story | None:
    """Return what to say at a step, and at Provision of the run as it is now."""
    if step != "provision" or run is None:
        return STORIES.get(step)
    if run.succeeded and run.destroys:
        return Story("It is deleted", "If something of it stays, the page lists it with its price.")
    if run.succeeded:
        return Story("It is up", "O opens the dashboard, signed in. Next adds the first charger.")
    if not run.active:
        return _STOPPED.get(
            run.exit_code,
            Story(
                "It stopped",
                "The page says why. What AWS has finished stays; Try again continues from there.",
            ),
        )
    if any(view.fails for view in run.steps.values()):
        return Story("A step failed", "AWS ends what it has begun, then this stops and says why.")
    if run.destroys:
        return Story(
            "AWS deletes it",
            "One part after the other. Close the laptop: AWS finishes what it began.",
        )
    return STORIES[step]


class Presenter(Horizontal):
    """The card below a step."""

    def __init__(self, session: Session, step: str) -> None:
        super().__init__(id="presenter")
        self._session, self._step = session, step
        self._shows: tuple[str, str] | None = None
        """The figure and its name, as they were drawn."""
        self._told: Story | None = None
        self._recent: list[str] = []

    def compose(self) -> ComposeResult:
        """Put the figure on the left, the story beside it, the keys on the right."""
        with Vertical(id="headline"):
            yield LargeFigure(id="headline-figure")
            yield Static(id="headline-name")
        yield Static(id="story-card")
        yield Static(id="pressed-keys")

    def on_mount(self) -> None:
        """Follow the figure."""
        self.set_interval(_DRAW_SECONDS, self.draw)
        self.draw()

    def draw(self) -> None:
        """Show the figure and the story as they are now, and forget old keys."""
        if (shows := self._headline()) != self._shows:
            self._shows = figure, name = shows
            self.query_one("#headline").display = bool(figure)
            self.query_one("#headline-figure", LargeFigure).show(figure)
            self.query_one("#headline-name", Static).update(Content(name))
        told = story(self._step, self._session.site.run)
        if told is not None and told != self._told:
            self._told = told
            words = Content.assemble((told.title, "bold"), f"\n{told.text}")
            self.query_one("#story-card", Static).update(words)
        self.draw_keys()

    def draw_keys(self) -> None:
        """Show the keys that were pressed lately: also the one that led to this screen."""
        pressed, now = self._session.pressed, time.monotonic()
        recent = [name for name, at in pressed if now - at < _KEY_SECONDS][-_KEYS:]
        if recent == self._recent:
            return
        self._recent = recent
        parts = [(f" {name} ", "reverse") for name in recent]
        words = [part for pair in parts for part in (pair, " ")]
        self.query_one("#pressed-keys", Static).update(Content.assemble(*words))

    def _headline(self) -> tuple[str, str]:
        """Return the figure that matters at a step and what it is; empty where there is none."""
        session = self._session
        if self._step in {"size", "application", "review"}:
            estimate = estimate_of(session)
            return (amount(estimate.expected, session.money), "a month") if estimate else ("", "")
        if self._step == "provision" and session.site.run is not None:
            run = session.site.run
            return str(run.finished_steps), f"of {len(run.steps)} steps"
        for live in self.screen.query(LivePower):
            if live.kilowatts is not None:
                return f"{live.kilowatts:.1f}", "kW at the page"
        return "", ""


def shown_name(event: Key, focused: object) -> str:
    """Return how a key is shown; empty for what somebody types into a field."""
    if event.is_printable and (isinstance(focused, Input) or event.character == " "):
        return ""
    if event.is_printable:
        return str(event.character).upper()
    *held, key = event.key.split("+")
    name = _NAMES.get(key, key.upper() if len(key) <= 3 else key.capitalize())
    return "+".join([*map(str.capitalize, held), name])


_NAMES: Final = {"escape": "Esc", "pageup": "Page Up", "pagedown": "Page Down", "tab": "Tab"}
