"""What is printed once the wizard has closed. Pure."""

from dataclasses import replace
from decimal import Decimal

import pytest

from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome, Unfinished
from solarrally_tui.screens.common.exit_requests import farewell
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session, SiteView
from tests.screens.scripted.services import Scripted
from tests.screens.support import ANSWERS, deleted

HALF = Unfinished("sunny-garage", (("Network", Decimal(0)), ("Database", Decimal(26))))
FAILED = Outcome(Exit.FAILED, "No capacity.", unfinished=HALF)
KEPT = Outcome(Exit.OK, "", kept=(Kept("database snapshot", "s-1", Decimal("1.90")),))


def view(outcome: Outcome | None = None, *, deployed: str = "") -> SiteView:
    run = RunProgress({}, destroys=False, site="sunny-garage") if outcome else None
    if run is not None and outcome is not None:
        run.finish(outcome)
    return SiteView(Draft(ANSWERS), deployed=deployed, run=run)


@pytest.mark.parametrize(
    ("ran", "words"),
    [
        (
            view(deployed="sunny-garage"),
            "sunny-garage is in your account and costs about $",
        ),
        (
            view(FAILED, deployed="sunny-garage"),
            "Its last change has failed: solarrally diagnose sunny-garage.",
        ),
        (
            view(FAILED),
            "sunny-garage is not complete. What was created stays. Unused, it costs about $26",
        ),
        (
            view(replace(FAILED, unfinished=None)),
            "sunny-garage is not complete. solarrally continues; solarrally destroy sunny-garage",
        ),
        (
            deleted("sunny-garage", KEPT),
            "sunny-garage is deleted. What stays of it costs $1.90 a month: solarrally lists it",
        ),
        (deleted("sunny-garage"), "sunny-garage is deleted. Nothing of it remains."),
    ],
)
def test_how_a_site_is_left_is_said(
    session: Session, services: Scripted, ran: SiteView, words: str
) -> None:
    session.site = SiteView()
    session.ran = {"sunny-garage": ran}
    assert words in farewell(session)


def test_kept_answers_are_named_and_without_any_nothing_is_claimed(
    session: Session, store: DraftStore
) -> None:
    assert farewell(session) == "No site was created. solarrally opens the wizard again."
    store.save(session.site.draft)
    assert farewell(session) == (
        "Your answers for sunny-garage are kept on this computer. solarrally opens them again."
    )


def test_a_site_that_was_only_opened_is_named_with_its_price(session: Session) -> None:
    session.site = view(deployed="sunny-garage")
    assert farewell(session).count("sunny-garage is in your account") == 1
