"""What belongs to every screen: leaving, copying, the palette, themes, small terminals."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import ChopsUpdate
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widgets import Input, Static

from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.screens.common.confirm import ConfirmScreen
from solarrally_tui.screens.common.themes import CONTRAST, DARK, chosen_theme
from solarrally_tui.screens.status.command_page import CommandScreen
from solarrally_tui.screens.status.operations import OPERATIONS, Operation
from solarrally_tui.screens.status.screen import StatusScreen
from solarrally_tui.wizard.model import Access
from solarrally_tui.wizard.session import Session
from tests.screens.support import PATIENCE, Open, app_at, drawn, screen_text, settle, until, walk


async def test_quitting_asks_only_when_answers_would_be_lost(at: Open, session: Session) -> None:
    session.site.draft.set("name", "Not A Name")
    async with at("billing") as (app, pilot):
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)
        text = screen_text(app)
        assert "Quit without your answers?" in text
        assert "^q" not in text  # it would answer its own question
        await pilot.press("escape")
        await until(app, pilot, "^q Quit")
        assert app.is_running
        await pilot.press("ctrl+q", "ctrl+q", "enter")
        await pilot.pause()
        assert app.is_running
        assert not app._exit  # habits do not answer the question
        await pilot.press("ctrl+q", "right", "enter")
        await pilot.pause()
        assert app._exit


async def test_a_text_that_grows_again_before_it_is_laid_out_is_shown_whole(at: Open) -> None:
    async with at("review") as (app, pilot):
        note = Static("one line")
        await app.screen.query_one("#body").mount(note)
        await pilot.pause()
        note.update("two\nlines")
        for node in app.screen.walk_children():
            node._clear_arrangement_cache()
        app.screen._refresh_layout()
        note.update("three\nwhole\nlines")
        await pilot.pause()
        assert note.size.height == 3


async def test_what_moves_while_updates_are_held_back_is_drawn_afterwards(
    at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a row stays on the terminal where nothing else is drawn any more."""
    drawn: list[tuple[bool, set[int]]] = []

    def note(_: object, update: object) -> None:
        if isinstance(update, ChopsUpdate):
            drawn.append((bool(app._batch_count), {y for y, _, _ in update.spans}))

    async with at("review") as (app, pilot):
        body = app.screen.query_one("#body")
        was_in = set(range(body.region.y, body.region.bottom))
        monkeypatch.setattr(app, "_display", note)
        with app.batch_update():
            body.display = False
            for node in app.screen.walk_children(with_self=True):
                node._clear_arrangement_cache()
            app.screen._refresh_layout()
            await pilot.pause()
        await pilot.pause()
        assert not any(held for held, _ in drawn)
        assert was_in <= set().union(*(rows for _, rows in drawn))


async def test_a_layout_has_ended_before_its_drawing_begins(
    at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both at once take longer than a key may wait on a large terminal."""
    happened: list[str] = []
    async with at("billing") as (app, pilot):
        lay_out = app.screen._refresh_layout

        def note(*arguments: Any, **named: Any) -> None:
            happened.clear()
            lay_out(*arguments, **named)
            happened.append("laid out")

        monkeypatch.setattr(app.screen, "_refresh_layout", note)
        monkeypatch.setattr(app, "_display", lambda *_: happened.append("drawn"))
        app.screen.refresh(layout=True)
        await drawn(app, pilot)
    assert happened[:2] == ["laid out", "drawn"]


async def test_what_cannot_be_drawn_ends_the_program_as_any_other_crash(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    """Drawing is a task of its own, and what nobody awaits fails in silence."""
    app = app_at("billing", session)

    def refuse(_: object) -> None:
        raise RuntimeError

    async def draw() -> None:
        async with app.run_test() as pilot:
            await settle(app, pilot)
            say = app.screen.query_one("#say", Static)
            say.render_lines = refuse  # type: ignore[method-assign, assignment]
            say.refresh()
            await asyncio.wait_for(app._exception_event.wait(), PATIENCE)

    with pytest.raises(RuntimeError):
        await draw()
    assert app.return_code == 1
    assert "Internal error in solarrally: RuntimeError at" in capsys.readouterr().err


class _Stack(App[None]):
    """Two texts, one below the other."""

    def compose(self) -> ComposeResult:
        yield Static("one", id="first")
        yield Static("two", id="second")


async def test_what_moves_is_drawn_although_its_place_was_asked_for_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise a row stays on the terminal from where it was."""
    app = _Stack()
    async with app.run_test(size=(20, 10)) as pilot:
        compositor = app.screen._compositor
        first, second = (app.query_one(name, Static) for name in ("#first", "#second"))
        was_at = second.region
        drawn: set[Region] = set()
        monkeypatch.setattr(app, "_display", lambda *_: None)
        monkeypatch.setattr(
            compositor,
            "render_partial_update",
            lambda: drawn.update(compositor._dirty_regions),
        )
        first.update("one\nand more")
        while second.region == was_at:
            await asyncio.sleep(0)
            # As an update of a widget that does not show has it.
            compositor._full_map_invalidated = True
        await pilot.pause()
        assert {was_at, second.region} <= drawn


@pytest.mark.parametrize("draft", [Draft(), Draft({"name": "barn", "region": "us-east-1"})])
async def test_quitting_asks_nothing_when_nothing_is_lost(at: Open, draft: Draft) -> None:
    async with at("welcome", draft=draft) as (app, pilot):
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app._exit


async def test_the_answer_under_the_cursor_is_copied(
    at: Open, store: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at("billing") as (app, pilot):
        await pilot.press("f6")
        await pilot.pause()
        assert app.clipboard == "ops@example.com"
        assert (store._folder.parent / "copied.txt").read_text() == "ops@example.com\n"
        await pilot.press("tab", "f6")
        await pilot.pause()
        assert app.clipboard == "ops@example.com"


async def test_the_address_of_the_dashboard_is_copied(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await pilot.press("f6")
        await pilot.pause()
        assert app.clipboard == "https://d111111abcdef8.cloudfront.net"


async def test_every_action_of_a_screen_is_in_the_palette_and_works(at: Open) -> None:
    async with at("review") as (app, pilot):
        commands = {each.title: each for each in app.get_system_commands(app.screen)}
        assert {"Deploy", "Help", "Copy", "Save file"} <= set(commands)
        assert not {"Back", "Next", "Scenario", "Dashboard"} & set(commands)
        await commands["Help"].callback()
        await pilot.pause()
        assert "The tabs change what is below" in screen_text(app)
        await walk(pilot, "escape", "ctrl+p", *"screenshot")
        await until(app, pilot, "Picture of this screen")


async def test_each_operation_is_run_copied_or_has_a_screen(at: Open) -> None:
    async with at("status", (80, 24), deployed="sunny-garage") as (app, pilot):
        commands = {each.title: each for each in app.get_system_commands(app.screen)}
        wanted = {"Operations", "Maintain", "Drill", "Recover", "GitHub Actions", "Export"}
        assert wanted <= set(commands)
        assert "runs solarrally drill sunny-garage" in commands["Drill"].help
        commands["Operations"].callback()
        await pilot.pause()
        for one in OPERATIONS[:8]:
            assert one.what in screen_text(app)
        await walk(pilot, "down", "f6")
        assert app.clipboard == OPERATIONS[1].command("sunny-garage", "")
        await walk(pilot, "up", "f6")
        assert app.clipboard == OPERATIONS[0].command("sunny-garage", "")
        await walk(pilot, "end", "enter")
        await until(app, pilot, "Type sunny-garage to confirm.")


async def test_what_a_command_does_not_take_stays_in_the_field_with_the_reason(at: Open) -> None:
    one = Operation("Clone", "", "free", "", {"NAME": "The file."})
    async with at("status", (80, 24), deployed="sunny-garage") as (app, pilot):
        app.push_screen(CommandScreen(one, "sunny-garage", ["validate", "NAME"], Access()))
        await until(app, pilot, "The file.")
        await walk(pilot, *"no.toml", "enter")
        text = await until(app, pilot, "▲ There is no file no.toml.")
        assert "The file." in text
        assert app.screen.query_one("#command-answer", Input).value.endswith("no.toml")


async def test_the_display_leads_back_to_status(at: Open) -> None:
    async with at("status", (80, 24), deployed="sunny-garage") as (app, pilot):
        commands = {each.title: each for each in app.get_system_commands(app.screen)}
        commands["Display"].callback()
        await until(app, pilot, "Q or Escape ends")
        await walk(pilot, "q")
        assert isinstance(app.screen, StatusScreen)


@pytest.mark.parametrize("folder", ["Downloads", ""])
async def test_a_picture_of_the_screen_is_kept_and_the_wizard_says_where(
    at: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / folder).mkdir(exist_ok=True)
    async with at("status", deployed="sunny-garage") as (app, pilot):
        {each.title: each for each in app.get_system_commands(app.screen)}[
            "Picture of this screen"
        ].callback()
        while not app._notifications:
            await pilot.pause(0.05)
        (picture,) = (tmp_path / folder).glob("solarrally-*.svg")
        assert [note.message for note in app._notifications] == [f"Kept in {picture}"]
        assert "Status" in picture.read_text()


async def test_a_picture_that_cannot_be_kept_is_explained(
    at: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_folder = tmp_path / "file"
    no_folder.touch()
    monkeypatch.setenv("HOME", str(no_folder))
    async with at("status", deployed="sunny-garage") as (app, pilot):
        app.keep_picture()
        await pilot.pause()
        (note,) = app._notifications
        assert note.title == "No picture was kept"
        assert "Not a directory" in note.message


@pytest.mark.parametrize(
    ("wanted", "theme"),
    [
        ("", DARK.name),
        ("contrast", CONTRAST.name),
        ("ansi-dark", "ansi-dark"),
        ("[x]", DARK.name),
        ("solarrally-contrast", CONTRAST.name),
    ],
)
def test_a_theme_is_chosen_by_its_name(session: Session, wanted: str, theme: str) -> None:
    known = {*app_at("welcome", session).available_themes, DARK.name, CONTRAST.name}
    assert chosen_theme({"TEXTUAL_THEME": wanted}, known) == theme


async def test_no_color_means_greys(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = app_at("size", session)
    async with app.run_test() as pilot:
        await settle(app, pilot)
        for strip in app.screen._compositor.render_strips():
            for segment in strip:
                color = segment.style and segment.style.color
                if color and color.triplet:
                    assert len(set(color.triplet)) == 1


async def test_the_ansi_theme_uses_the_terminals_own_colours(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", "ansi-dark")
    app = app_at("size", session)
    async with app.run_test() as pilot:
        await settle(app, pilot)
        assert "Small" in screen_text(app)
        assert app.theme == "ansi-dark"
