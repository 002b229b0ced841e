"""The picture on Status: each box as its checks are, and nothing green that was not seen now."""

from dataclasses import replace

from solarrally_tui.architecture.diagram import BoxId
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import PROBES
from solarrally_tui.screens.picture.checked import _CHECKS, CheckedPicture, states
from solarrally_tui.text.plain import Plain
from solarrally_tui.wizard.model import SiteFacts
from tests.screens.scripted.reports import report
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, walk


def test_every_check_of_a_box_exists_and_belongs_to_one_box_of_a_site() -> None:
    """A site has tasks or functions, never both."""
    assert {id_ for ids in _CHECKS.values() for id_ in ids} <= {probe.id for probe in PROBES}
    for absent in (BoxId.TASKS, BoxId.FUNCTIONS):
        named = [id_ for box, ids in _CHECKS.items() if box is not absent for id_ in ids]
        assert len(named) == len(set(named))


def test_a_box_is_as_its_worst_check() -> None:
    assert states(report())[BoxId.DATABASE] is Severity.OK
    assert states(report(Severity.FAIL))[BoxId.DATABASE] is Severity.FAIL
    assert BoxId.NETWORK not in states(report())
    assert states(replace(report(), lost=Plain(what="No answer.", why="", next=""))) == {}


async def test_status_shows_it_under_a_tab(at: Open, services: Scripted) -> None:
    services.facts = SiteFacts(report(Severity.FAIL), "https://x.example", "us-east-1")
    async with at("status", (120, 40), deployed="sunny-garage") as (app, pilot):
        app.screen.query_one("#looks").active = "look-picture"  # type: ignore[attr-defined]
        text = await walk(pilot)
        assert app.screen.query_one(CheckedPicture).size.height
        assert " Database " in text
        assert "5 of 6" in text  # online, of those that are registered
        assert "✗ failing" in text or "✗ $" in text
