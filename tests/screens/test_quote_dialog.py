"""The quote dialog: asks for the customer, writes the quote and says where."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.quote import QuoteScreen
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.size.screen import SizeScreen
from solarrally_tui.wizard.quotes import EngineQuotes
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, app_at, screen_text, settle, walk

HOSTILE = 'x[/b][red]<script>alert(1)</script>|$(rm)`"\u202e\x1b[31m\U0001f600'


@pytest.fixture
def folder(services: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "quotes"
    made.mkdir()
    services.quotes = EngineQuotes(made)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return made


@pytest.mark.parametrize(("step", "screen"), [("size", SizeScreen), ("review", ReviewScreen)])
async def test_a_name_and_enter_write_a_page(
    at: Open, folder: Path, step: str, screen: type
) -> None:
    async with at(step) as (app, pilot):
        await walk(pilot, "ctrl+t", *"ACME", "enter")
        (written,) = folder.iterdir()
        assert written.name.startswith("solarrally-quote-acme-20")
        assert "<bdi>ACME</bdi>" in written.read_text(encoding="utf-8")
        assert "The quote is in" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, screen)


async def test_enter_again_writes_no_second_file_and_another_quote_leaves_the_first(
    at: Open, folder: Path
) -> None:
    async with at("size") as (app, pilot):
        await walk(pilot, "ctrl+t", *"ACME", "enter")
        (first,) = folder.iterdir()
        await walk(pilot, *["shift+tab"] * 6, "enter")
        assert "The same quote is already in" in screen_text(app)
        assert list(folder.iterdir()) == [first]
        await walk(pilot, *["shift+tab"] * 5, *"Sun AG", "enter")
        assert f"{first.name} is different" in " ".join(screen_text(app).split())
        assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_the_dialog_stays_where_it_is_while_the_name_is_typed(
    at: Open, folder: Path, size: tuple[int, int]
) -> None:
    async with at("size", size) as (app, pilot):
        await walk(pilot, "ctrl+t")
        close = app.screen.query_one("#close")
        before = close.region
        assert "as solarrally-quote-acme-" in await walk(pilot, *"ACME")
        assert close.region == before
        assert app.screen.find_widget(close).visible_region == before


async def test_markdown_is_a_second_file(at: Open, folder: Path) -> None:
    async with at("size") as (_, pilot):
        await walk(pilot, "ctrl+t", *"ACME", *["tab"] * 5, "enter")
        (written,) = folder.iterdir()
        assert written.suffix == ".md"
        assert "# Quote: ACME" in written.read_text(encoding="utf-8")


async def test_a_quote_has_the_currency_that_was_chosen_in_the_wizard(
    at: Open, folder: Path
) -> None:
    async with at("size") as (app, pilot):
        assert isinstance(app.screen, SizeScreen)
        app.screen.session.money = Money.given("EUR", "0.9", "2026-11-20")
        await walk(pilot, "ctrl+t", *"ACME", "enter")
        (written,) = folder.iterdir()
        assert "1 USD = 0.9 EUR" in written.read_text(encoding="utf-8")


async def test_a_quote_file_brings_the_rest_and_the_file_opens(
    at: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    (folder / "mine.toml").write_text('[seller]\nname = "Solar AG"\n[customer]\nname = "ACME"\n')
    async with at("size") as (app, pilot):
        monkeypatch.setattr(app, "open_url", opened.append)
        await walk(pilot, "ctrl+t", "tab", "tab", *"mine.toml", "enter")
        (written,) = folder.glob("*.html")
        text = written.read_text(encoding="utf-8")
        assert "Solar AG" in text
        assert "<bdi>ACME</bdi>" in text
        await walk(pilot, "enter")
        assert opened == [written.as_uri()]


async def test_the_seller_is_asked_for_and_remembered(at: Open, folder: Path) -> None:
    async with at("size") as (app, pilot):
        await walk(pilot, "ctrl+t", *"ACME", "enter")
        (without,) = folder.iterdir()
        assert 'class="small blank quiet">From<' in without.read_text(encoding="utf-8")
        without.unlink()
        await walk(pilot, "escape", "ctrl+t", *"ACME", "tab", *"Sun AG", "enter")
        (written,) = folder.iterdir()
        assert "<b><bdi>Sun AG</bdi></b>" in written.read_text(encoding="utf-8")
        await walk(pilot, "escape", "ctrl+t")
        assert app.screen.query_one("#seller").value == "Sun AG"  # type: ignore[attr-defined]


async def test_a_quote_file_with_a_mistake_is_explained(at: Open, folder: Path) -> None:
    (folder / "mine.toml").write_text("custmer = 1\n")
    async with at("size") as (_, pilot):
        text = await walk(pilot, "ctrl+t", *"ACME", "tab", "tab", *"mine.toml", "enter")
        assert "Did you mean" in text
        assert not list(folder.glob("*.html"))


async def test_a_region_without_prices_has_no_quote(
    at: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from solarrally_tui.pricing.quotes.paper.content import QuoteRefusedError

    def refuse(*_: object) -> None:
        raise QuoteRefusedError("The price book has no prices for xx-1.")

    monkeypatch.setattr("solarrally_tui.wizard.quotes.content", refuse)
    async with at("size") as (_, pilot):
        assert "no prices for xx-1" in await walk(pilot, "ctrl+t", *"ACME", "enter")
        assert not list(folder.iterdir())


async def test_nobody_is_no_customer(at: Open, folder: Path) -> None:
    async with at("size") as (_, pilot):
        assert "▲ A quote needs the customer's name." in await walk(pilot, "ctrl+t", "enter")
        assert not list(folder.iterdir())


async def test_a_hostile_name_is_only_a_name(at: Open, folder: Path) -> None:
    async with at("size") as (app, pilot):
        await pilot.press("ctrl+t")
        await pilot.pause()
        app.screen.query_one("#customer").value = HOSTILE  # type: ignore[attr-defined]
        await walk(pilot, "enter")
        (written,) = folder.iterdir()
        assert "<script>" not in written.read_text(encoding="utf-8")
        assert written.parent == folder


async def test_a_folder_that_refuses_is_named(at: Open, folder: Path) -> None:
    folder.rmdir()
    folder.write_text("a file in its place")
    async with at("size") as (app, pilot):
        await walk(pilot, "ctrl+t", *"ACME", "enter")
        assert isinstance(app.screen, QuoteScreen)
        assert "▲ Not written to" in screen_text(app)


async def test_a_wrong_answer_has_no_quote(at: Open, session: Session) -> None:
    session.site.draft.set("size.chargers", "many")
    async with at("size") as (app, pilot):
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert isinstance(app.screen, SizeScreen)
        assert "No price to quote" in screen_text(app)


class Fixed(EngineQuotes):
    """Writes nowhere that differs from run to run."""

    @property
    def folder(self) -> Path:
        return Path("/home/ops/quotes")

    @property
    def quote_file(self) -> str:
        return ""


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("keys", [("ctrl+t",), ("ctrl+t", "enter")])
def test_the_dialog(
    snap_compare: Callable[..., bool],
    session: Session,
    services: Scripted,
    keys: tuple[str, ...],
    size: tuple[int, int],
) -> None:
    services.quotes = Fixed()
    app = app_at("size", session)

    async def ready(pilot: Pilot[None]) -> None:
        await settle(app, pilot)
        for key in keys:
            await walk(pilot, key)
            for field in app.screen.query("Input"):
                field.cursor_blink = False  # type: ignore[attr-defined]

    assert snap_compare(app, terminal_size=size, run_before=ready)
