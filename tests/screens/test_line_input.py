"""Inputs of one line: keys in their order, and pastes of several lines."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.pilot import Pilot
from textual.widgets import Input

from solarrally_tui import screens
from solarrally_tui.interview.steps import STEPS
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.widgets.secret_input import SecretInput


class OneField(App[None]):
    def __init__(self, field: Callable[[], Input]) -> None:
        super().__init__()
        self.field = field

    def compose(self) -> ComposeResult:
        yield self.field()


async def typed(pilot: Pilot[None], *keys: tuple[str, str | None]) -> None:
    """Send keys as a terminal does that is faster than the program: all before one is handled."""
    for key, letter in keys:
        pilot.app.post_message(events.Key(key, letter))
    await pilot.pause()


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        ([("backspace", None)] * 3 + [("6", "6")], "6"),
        ([("ctrl+u", None), ("7", "7"), ("8", "8")], "78"),
        ([("home", None), ("x", "x")], "x100"),
        ([("end", None), ("left", None), ("delete", None), ("5", "5")], "105"),
    ],
)
async def test_letters_never_overtake_other_keys(
    keys: list[tuple[str, str | None]], left: str
) -> None:
    async with OneField(lambda: LineInput("100")).run_test() as pilot:
        await typed(pilot, *keys)
        assert pilot.app.query_one(Input).value == left


async def test_textual_itself_still_needs_this() -> None:
    """Fails once the upstream issue is fixed: then the class can lose this half."""
    async with OneField(lambda: Input("100")).run_test() as pilot:
        await typed(pilot, *[("backspace", None)] * 3, ("6", "6"))
        assert pilot.app.query_one(Input).value != "6"


@pytest.mark.parametrize("key", ["pagedown", "pageup", "up", "down"])
async def test_keys_that_scroll_go_on_to_what_can_scroll(key: str) -> None:
    taken: list[str] = []

    class Around(OneField):
        BINDINGS = (Binding(key, "scrolled"),)

        def action_scrolled(self) -> None:
            taken.append(key)

    async with Around(LineInput).run_test() as pilot:
        await pilot.press(key)
        assert taken == [key]


class TwoRows(App[None]):
    def compose(self) -> ComposeResult:
        with Horizontal():
            yield LineInput(id="left")
            yield LineInput(id="right")
        yield LineInput(id="below")


@pytest.mark.parametrize(
    ("here", "key", "there"), [("left", "down", "below"), ("below", "up", "left")]
)
async def test_up_and_down_leave_a_field_for_another_row(here: str, key: str, there: str) -> None:
    async with TwoRows().run_test() as pilot:
        pilot.app.query_one("Horizontal").styles.height = "auto"
        pilot.app.query_one(f"#{here}").focus()
        await pilot.press(key)
        assert pilot.app.focused is pilot.app.query_one(f"#{there}")


async def test_a_paste_of_several_lines_takes_the_first_and_says_so() -> None:
    async with OneField(LineInput).run_test() as pilot:
        field = pilot.app.query_one(Input)
        for text, value, said in (
            ("barn\n", "barn", ""),
            ("\n\nmill\nyard\n", "mill", "1 more line was left out."),
            ("a\nb\nc", "a", "2 more lines were left out."),
            ("\n", "", ""),
        ):
            field.value = ""
            pilot.app.clear_notifications()
            pilot.app.post_message(events.Paste(text))
            await pilot.pause()
            notes = " ".join(note.message for note in pilot.app._notifications)
            assert (field.value, said in notes, bool(notes)) == (value, True, bool(said))


async def test_a_secret_is_still_never_copied() -> None:
    async with OneField(lambda: SecretInput("40 characters", "secret")).run_test() as pilot:
        pilot.app.post_message(events.Paste("rain"))
        await typed(pilot, ("ctrl+a", None), ("ctrl+c", None))
        assert pilot.app.clipboard == ""
        assert pilot.app.query_one(SecretInput).take().reveal() == "rain"


def test_every_input_of_the_screens_is_one_of_these() -> None:
    """Textual's own lets letters overtake Backspace, and leaves lines of a paste out silently."""
    folder = Path(str(screens.__file__)).parent
    own = re.compile(r"(?<![A-Za-z])Input\(")
    found = [path.name for path in folder.rglob("*.py") if own.search(path.read_text("utf-8"))]
    assert found == []


def test_no_placeholder_can_be_taken_for_an_answer() -> None:
    asked = [question for step in STEPS for question in step.questions if question.placeholder]
    assert asked
    for question in asked:
        assert question.placeholder.startswith("for example "), question.path
