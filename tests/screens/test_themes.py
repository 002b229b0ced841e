"""In every theme, labels of buttons can be read, and it can be seen where the cursor is."""

from collections.abc import Mapping
from itertools import combinations

import pytest
from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from textual.color import Color as Shade
from textual.theme import Theme
from textual.widget import Widget

from solarrally_tui.app import WizardApp
from solarrally_tui.screens.common.themes import OURS
from solarrally_tui.wizard.session import Session
from tests.screens.fronts import FRONTS
from tests.screens.support import settle

XTERM = ["000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5"]
XTERM_BRIGHT = ["7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff"]
VGA = ["000000", "aa0000", "00aa00", "aa5500", "0000aa", "aa00aa", "00aaaa", "aaaaaa"]
VGA_BRIGHT = ["555555", "ff5555", "55ff55", "ffff55", "5555ff", "ff55ff", "55ffff", "ffffff"]
PALETTES = {"xterm": (*XTERM, *XTERM_BRIGHT), "vga": (*VGA, *VGA_BRIGHT)}
"""What terminals show for the sixteen colours that a program names by number."""
READABLE, VISIBLE, DISABLED = 4.5, 3.0, 2.0
"""Least contrast: WCAG 2.2, 1.4.3 for text and 1.4.11 for what is not. None for what is off."""
THEMES = [*(theme.name for theme in OURS), "ansi-dark", "ansi-light"]
APART = 15 / 360
"""Least difference of two hues that say different things, of a full circle."""
RGB = tuple[int, int, int]
Cell = tuple[str, RGB, RGB, bool]


@pytest.mark.parametrize("colourless", [False, True], ids=["", "NO_COLOR"])
@pytest.mark.parametrize("name", ["QuoteScreen", "BillingScreen", "WelcomeScreen"])
async def test_buttons_and_the_cursor_can_be_seen(
    name: str, colourless: bool, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    if colourless:
        monkeypatch.setenv("NO_COLOR", "1")
    app = FRONTS[name].app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await FRONTS[name].reach(app, pilot)
        for theme in THEMES[:1] if colourless else THEMES:
            app.theme = theme
            await settle(app, pilot)
            for widget in seen(app):
                app.screen.set_focus(None)
                await pilot.pause()
                blurred = drawn(app, widget)
                widget.focus()
                await pilot.press("end")  # what is selected on focus is Textual's own colour
                focused = drawn(app, widget)
                for palette in PALETTES if theme.startswith("ansi") else ["xterm"]:
                    colours = colours_of(palette, light=theme == "ansi-light")
                    before, after = cells(blurred, colours), cells(focused, colours)
                    least = DISABLED if widget.disabled else READABLE
                    assert not unreadable(before, least), (theme, widget)
                    assert not unreadable(after, least), (theme, widget)
                    assert widget.disabled or differs(before, after), (theme, widget)


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_what_is_chosen_measured_and_wrong_differ_in_hue(theme: Theme) -> None:
    shades = theme.to_color_system().generate() | theme.variables
    roles = ("primary", "secondary", "warning", "error", "success")
    panel = Shade.parse(shades["panel"]).rgb
    for role in roles:
        assert contrast(Shade.parse(shades[f"text-{role}"]).rgb, panel) >= READABLE, role
    for kind in ("", "text-"):
        hues = {role: Shade.parse(shades[f"{kind}{role}"]).hsl.h for role in roles}
        for one, other in combinations(roles, 2):
            between = abs(hues[one] - hues[other])
            assert min(between, 1 - between) >= APART, (kind, one, other)


def seen(app: WizardApp) -> list[Widget]:
    """Return a widget of each kind in front that people press, type into, or choose from."""
    kinds = {
        (type(one), one.has_class("-primary"), one.disabled): one
        for one in app.screen.query("Button, Input, OptionList, Tick")
        if one in app.screen.focus_chain or one.disabled
    }
    assert kinds
    return list(kinds.values())


def colours_of(palette: str, *, light: bool) -> Mapping[int, RGB]:
    """Return what a terminal shows for its colours, and for letters and background: -1 and -2."""
    colours = {number: rgb(text) for number, text in enumerate(PALETTES[palette])}
    return colours | (
        {-1: colours[0], -2: colours[15]} if light else {-1: colours[7], -2: colours[0]}
    )


def rgb(text: str) -> RGB:
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def drawn(app: WizardApp, widget: Widget) -> list[Segment]:
    """Return what is seen of a widget."""
    region = app.screen.find_widget(widget).visible_region
    strips = app.screen._compositor.render_strips()[region.y : region.bottom]
    return [segment for strip in strips for segment in strip.crop(region.x, region.right)]


def cells(segments: list[Segment], colours: Mapping[int, RGB]) -> list[Cell]:
    """Return each column as a terminal shows it: letter, colour, background, whether bold."""
    found = list[Cell]()
    for segment in segments:
        style = segment.style
        assert style is not None
        fore, back = shown(style.color, colours, -1), shown(style.bgcolor, colours, -2)
        pair = (back, fore) if style.reverse else (fore, back)
        found += [(letter, *pair, bool(style.bold)) for letter in segment.text]
    return found


def unreadable(found: list[Cell], least: float) -> list[Cell]:
    return [cell for cell in found if cell[0].isalnum() and contrast(*cell[1:3]) < least]


def shown(color: Color | None, colours: Mapping[int, RGB], default: int) -> RGB:
    if color is None or color.type is ColorType.DEFAULT:
        return colours[default]
    if color.number is not None:
        return colours[color.number]
    assert isinstance(color.triplet, ColorTriplet)
    return tuple(color.triplet)


def contrast(one: RGB, other: RGB) -> float:
    """Return the ratio of WCAG 2.2: from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: RGB) -> float:
    parts = [part / 255 for part in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def differs(blurred: list[Cell], focused: list[Cell]) -> bool:
    """Whether the focus changes a lightness or a weight: a hue alone is not seen by everybody."""
    return any(
        contrast(old[2], new[2]) >= VISIBLE
        or (new[0].strip() and (contrast(old[1], new[1]) >= VISIBLE or old[3] != new[3]))
        for old, new in zip(blurred, focused, strict=True)
    )
