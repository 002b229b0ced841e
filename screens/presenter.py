"""Presenter mode: what a screen says to a room, its sign in large letters, and the keys pressed.

The account's number and every ARN are hidden (widgets/discreet.py), and each key is shown as it is
pressed, except what somebody types into a field.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import Input, Static

from solarrally_tui.findings.glyphs import Tone
from solarrally_tui.screens.common.money import amount, estimate_of
from solarrally_tui.screens.common.sizes import ROOMY
from solarrally_tui.screens.common.textual_tricks import redraw
from solarrally_tui.screens.common.words import COLOURS
from solarrally_tui.screens.widgets.large_figure import LargeFigure, columns
from solarrally_tui.wizard.session import Session

_DRAW_SECONDS: Final = 0.5
"""Often enough that it names no other number of steps than Provision."""
_KEY_SECONDS: Final = 6.0
_KEYS: Final = 4
"""Keys that are shown, the newest last."""
_HIGH: Final = 55
"""Lines of a terminal from which there is room for letters of twice the size."""
_PRICED: Final = frozenset({"size", "review"})
_MARGINS: Final = 4
"""Columns of the card that nothing is written in."""


_CORNERS: Final = 4
"""Columns of a border beside its title."""


@dataclass(frozen=True, slots=True)
class Story:
    """What to say of a screen as it is now."""

    sign: str
    """What is to be read from afar: a figure, or a few words, in capitals."""
    text: str
    """One thought that the screen above does not say, short enough for one line."""
    tone: Tone = Tone.PRIMARY


STORIES: Final[Mapping[str, Story]] = MappingProxyType(
    {
        "welcome": Story(
            "YOUR OWN SITE",
            "A few questions, one price, one Deploy. Nothing of it runs with us.",
        ),
        "account": Story(
            "YOUR OWN ACCOUNT",
            "What would stop a deployment shows here, before anything costs.",
        ),
        "billing": Story(
            "NO SURPRISES",
            "A budget and a watch for unusual cost. Both write to this address.",
        ),
        "domain": Story(
            "AN ADDRESS AT ONCE",
            "CloudFront gives one, with TLS, without cost. Your own name can come later.",
        ),
        "size": Story(
            "THE PRICE FIRST",
            "The list prices of AWS, line by line. Change an answer and see it move.",
        ),
        "application": Story(
            "YOU KNOW WHAT RUNS",
            "One commit of the application, checked. The build fixes what would not run.",
        ),
        "review": Story(
            "ALL OF IT ONCE",
            "Nothing happens before Deploy, and everything that it does is here.",
        ),
        "provision": Story("NOT BEGUN", "Deploy on Review starts it."),
        "charger": Story(
            "PROOF",
            "Each charger has its own key. One that is stolen opens nothing else.",
        ),
        "status": Story("STATUS", "Every check asks AWS now."),
    }
)
"""By step, before anything is known of it."""


def story_of(step: str, session: Session) -> Story:
    """Return what to say at a step, with the price where the step is about it."""
    told = STORIES[step]
    estimate = estimate_of(session) if step in _PRICED else None
    if estimate is None:
        return told
    return replace(told, sign=f"{amount(estimate.expected, session.money)} A MONTH")


class Presenter(Vertical):
    """The card below a screen."""

    def __init__(self, session: Session, story: Callable[[], Story]) -> None:
        """story: what to say of the screen as it is now."""
        super().__init__(id="presenter")
        self._session, self._story = session, story
        self._shows: tuple[Story, int, int] | None = None
        """The story, the scale, and the columns of its line, with which it was drawn."""
        self._border: tuple[object, ...] = ()
        """What the border was drawn with."""

    def compose(self) -> ComposeResult:
        """Put the sign above what to say. The keys are on the border: there they move nothing.

        On a short terminal the sign is there too, and what to say takes one line.
        """
        yield LargeFigure(id="sign")
        yield Static(id="story")

    def on_mount(self) -> None:
        """Follow the screen."""
        self.set_interval(_DRAW_SECONDS, self.draw)
        self.draw()

    def on_resize(self) -> None:
        """Use the new width."""
        self.draw()

    def draw(self) -> None:
        """Show the story as it is now, and forget old keys."""
        story = self._story()
        room = self.app.size.width - _MARGINS if self.screen.has_class("-short") else 0
        if (shows := (story, self._scale(story.sign), room)) != self._shows:
            self._shows = shows
            sign = self.query_one("#sign", LargeFigure)
            sign.show(story.sign, shows[1], COLOURS[story.tone])
            text = _first_sentences(story.text, room) if room else story.text
            redraw(self.query_one("#story", Static), Content(text))
            self._border = ()
        self.draw_keys()

    def _scale(self, sign: str) -> int:
        """Return the columns of a pixel of the sign's letters; 0 where there is no room for any."""
        if self.screen.has_class("-short"):
            return 0
        size = self.app.size
        scales = (2, 1) if size.height >= _HIGH and size.width >= ROOMY else (1,)
        room = size.width - _MARGINS
        return next((scale for scale in scales if columns(sign, scale) <= room), 0)

    def draw_keys(self) -> None:
        """Show the keys that were pressed lately: also the one that led to this screen."""
        pressed, now = self._session.pressed, time.monotonic()
        recent = [name for name, at in pressed if now - at < _KEY_SECONDS][-_KEYS:]
        story, is_short = self._story(), self.screen.has_class("-short")
        drawn = (recent, story, is_short, self.outer_size.width)
        if drawn == self._border:
            return
        self._border = drawn
        keys = Content(" ").join(Content.styled(f" {k} ", "reverse") for k in recent)
        if not is_short:
            self.border_title = keys
            return
        sign = Content.styled(f" {story.sign} ", f"bold {COLOURS[story.tone]}")
        room = self.outer_size.width - _CORNERS - sign.cell_length - keys.cell_length - bool(recent)
        line = Content.styled("─" * room, "$primary 50%")
        self.border_title = Content.assemble(sign, line, " " if recent else "", keys)


def _first_sentences(text: str, room: int) -> str:
    """Return the sentences that a line has room for, at least the first: none is cut."""
    while len(text) > room and ". " in text:
        text = f"{text.rpartition('. ')[0]}."
    return text


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
