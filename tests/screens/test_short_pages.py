"""Short pages: Next is at the form's end, and below it is what the reader asks next."""

from dataclasses import replace
from datetime import UTC, datetime

from textual.widgets import Button

from solarrally_tui.architecture.diagram import BoxId
from solarrally_tui.chargers.proof import CERTIFICATE, Hop, Proof
from solarrally_tui.deployed.dashboard.live_frames import Frame
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.charger import on_the_way
from solarrally_tui.screens.widgets.facts import Table, drawn
from tests.screens.support import Open, screen_text

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


async def test_next_follows_the_form_and_below_it_are_answers_to_what_is_asked_next(
    at: Open,
) -> None:
    async with at("domain", (200, 60)) as (app, _):
        assert "The three kinds of address" in screen_text(app)
        body, button = app.screen.query_one("#body"), app.screen.query_one("#next", Button)
        assert 0 <= button.region.y - body.region.bottom <= 1


async def test_a_small_terminal_keeps_next_at_its_foot_and_has_no_tables(at: Open) -> None:
    async with at("domain", (80, 24)) as (app, _):
        assert "Deploy creates one password for all viewers" in screen_text(app)
        assert app.screen.query_one("#next").region.y == 22
        assert "The three kinds of address" not in screen_text(app)


def test_tables_have_columns_as_wide_as_their_words_need_and_fold_the_rest() -> None:
    table = Table("Title", (("a", "short", "a cell that has to fold twice in this width"),))
    blank = " " * 19
    assert [line.plain for line in drawn(table, 36)] == [
        "Title",
        "a   short          a cell that has",
        f"{blank}to fold twice in",
        f"{blank}this width",
    ]


async def test_welcome_says_for_how_many_chargers_its_prices_are(at: Open) -> None:
    async with at("welcome") as (app, _):
        assert "From $58 a month for one charger, $60 for ten, paid to AWS." in screen_text(app)


def test_a_message_lights_up_the_parts_that_it_has_come_to() -> None:
    proof = Proof("evse-1")
    assert on_the_way(proof) == {}
    for hop in (CERTIFICATE, Hop.NETWORK, Hop.TLS):
        proof = proof.passed(hop, 5.0)
    assert on_the_way(proof) == {BoxId.CHARGERS: Severity.OK}
    seen = replace(proof, frame=Frame("evse-1", NOON, NOON, 7360.0, "charging"))
    assert on_the_way(seen)[BoxId.PEOPLE] is Severity.OK  # they look at the page
    refused = replace(proof, failed=Hop.CONNECT)
    assert on_the_way(refused) == {BoxId.CHARGERS: Severity.OK, BoxId.MESSAGES: Severity.FAIL}
