"""Short pages: Next is at the form's end, and below it the picture shows what the step decides."""

from dataclasses import replace

from textual.widgets import Button

from solarrally_tui.architecture.diagram import BoxId
from solarrally_tui.chargers.proof import CERTIFICATE, Hop, Proof
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.charger import on_the_way
from solarrally_tui.screens.picture.step_picture import StepPicture
from solarrally_tui.screens.picture.widget import SitePicture
from tests.screens.support import Open, screen_text, until


async def test_next_follows_the_form_and_the_picture_shows_the_answers(at: Open) -> None:
    async with at("domain", (200, 60)) as (app, pilot):
        text = await until(app, pilot, "┏ People ━")
        assert "AWS address" in text
        body, button = app.screen.query_one("#body"), app.screen.query_one("#next", Button)
        assert 0 <= button.region.y - body.region.bottom <= 1
        await pilot.press("down", "tab", *"charging.example.com")
        await until(app, pilot, "charging.examp…")


async def test_a_small_terminal_keeps_next_at_its_foot_and_draws_no_picture(at: Open) -> None:
    async with at("domain", (80, 24)) as (app, _):
        assert "Deploy creates one password for all viewers" in screen_text(app)
        assert app.screen.query_one("#next").region.y == 22
        assert not app.screen.query_one(StepPicture).has_class("-drawn")
        assert not app.screen.query_one(SitePicture).size


async def test_welcome_says_for_how_many_chargers_its_prices_are(at: Open) -> None:
    async with at("welcome") as (app, _):
        assert "From $58 a month for one charger, $60 for ten, paid to AWS." in screen_text(app)


def test_a_message_lights_up_the_parts_that_it_has_come_to() -> None:
    proof = Proof("evse-1")
    assert on_the_way(proof) == {}
    for hop in (CERTIFICATE, Hop.NETWORK, Hop.TLS):
        proof = proof.passed(hop, 5.0)
    assert on_the_way(proof) == {BoxId.CHARGERS: Severity.OK}
    refused = replace(proof, failed=Hop.CONNECT)
    assert on_the_way(refused) == {BoxId.CHARGERS: Severity.OK, BoxId.MESSAGES: Severity.FAIL}
