"""What a list of operations says of a site. Pure."""

from datetime import UTC, datetime

from solarrally_tui.interview.draft import Draft
from solarrally_tui.screens.status.operations import OPERATIONS
from solarrally_tui.screens.status.outlook import outlook
from solarrally_tui.wizard.model import Upkeep
from tests.screens.scripted.reports import report
from tests.screens.support import ANSWERS

PLAIN, COPIED = Draft(ANSWERS), Draft(ANSWERS)
COPIED.set("size.backup_copy_region", "eu-west-1")
COPIED.set("governance.github_repository", "garage/SolarRally")
TITLES = {one.title for one in OPERATIONS}


def test_nothing_is_said_that_the_account_has_not_said() -> None:
    known = outlook(PLAIN, None, None, {})
    assert not {"Roll back", "Maintain", "Rotate", "Add charger"} & set(known.facts)
    assert set(known.obstacles) == {"Recover", "GitHub Actions"}
    unseen = outlook(PLAIN, None, Upkeep(None, (), 3), {})
    assert unseen.facts["Maintain"] == "3 not seen"
    assert "Roll back" not in {*unseen.facts, *unseen.obstacles}


def test_a_site_without_an_earlier_release_cannot_go_back() -> None:
    known = outlook(PLAIN, report(), Upkeep(""), {})
    assert known.facts["Roll back"] == "none is kept"
    assert "Update" in known.obstacles["Roll back"]
    assert known.facts["Maintain"] == "nothing is due"


def test_every_fact_fits_its_column() -> None:
    due = datetime(2027, 11, 28, tzinfo=UTC)
    known = outlook(COPIED, report(), Upkeep("release 12", ("a",) * 12, 0, due), {})
    assert not known.obstacles
    assert known.facts["Roll back"] == "to release 12"
    assert known.facts["Add charger"] == "6 registered"
    assert known.facts["Recover"] == "in eu-west-1"
    assert set(known.facts) < TITLES
    assert max(map(len, known.facts.values())) <= 16
