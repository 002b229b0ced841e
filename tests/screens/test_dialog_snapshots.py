"""What the dialogs look like, and how a run ends that does not end well or ends a site."""

from collections.abc import Callable

import pytest
from scripted import CAUSE, NOBODY, STEP_IDS, Scripted, at
from test_snapshots import half_way
from test_stage import Puppets

from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.provisioning.events import State
from solarrally_tui.provisioning.outcome import Exit, Outcome
from solarrally_tui.screens.run import Run
from solarrally_tui.screens.session import Session

SMALL, LARGE = (80, 24), (120, 40)
Shown = Callable[..., bool]
UP = {"deployed": "sunny-garage", "url": "https://d111111abcdef8.cloudfront.net"}


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_handover(shown: Shown, size: tuple[int, int]) -> None:
    assert shown("status", size, "f3", **UP)


def test_question_before_destroying(shown: Shown) -> None:
    assert shown("status", SMALL, "f3", "end", "tab", "tab", "tab", "enter", "x", "enter", **UP)


def test_a_site_that_is_destroyed(shown: Shown) -> None:
    run = Run(Scripted().steps(), clock=half_way().clock, destroys=True)
    for step in ("observe", "edge"):
        run.take(at(3, step, State.RUNNING))
        run.take(at(90, step, State.DONE))
    run.take(at(91, "app", State.RUNNING))
    assert shown("provision", SMALL, run=run, **UP)


def test_a_run_that_waits_for_the_person(shown: Shown) -> None:
    run = half_way()
    run.finish(Outcome(Exit.WAITING_FOR_YOU, "Waiting.", CAUSE))
    assert shown("provision", SMALL, run=run)


def test_a_run_out_of_sight(shown: Shown) -> None:
    run = half_way()
    run.finish(Outcome(Exit.OUT_OF_SIGHT, "Out of sight.", NOBODY.plain))
    assert shown("provision", SMALL, run=run)


def test_a_charger_that_is_refused(shown: Shown, services: Scripted) -> None:
    services.charger_error = ChargerError("evse-1 is taken.", "Another site has it.", "Choose one.")
    assert shown("charger", SMALL, "enter", "enter", "enter")


def test_a_charger_in_a_session_that_only_reads(shown: Shown, services: Scripted) -> None:
    services.read_only = True
    assert shown("charger", SMALL, "enter", "enter", "enter")


def test_list_of_scenarios(shown: Shown) -> None:
    assert shown("welcome", SMALL, "f7", "down", stage=Puppets())


def test_question_before_a_new_demonstration(shown: Shown) -> None:
    assert shown("welcome", SMALL, "f10", stage=Puppets())


def test_question_before_answers_are_lost(shown: Shown, session: Session) -> None:
    session.draft.set("name", "")
    assert shown("billing", SMALL, "ctrl+q")


def test_welcome_with_nobody_signed_in(shown: Shown, services: Scripted) -> None:
    services.who_answers = [NOBODY]
    assert shown("welcome", SMALL, who=None, label="")


def test_palette_of_actions(shown: Shown) -> None:
    assert shown("size", SMALL, "ctrl+p", *"go to")


def test_everything_done(shown: Shown) -> None:
    run = half_way()
    for step in STEP_IDS:
        run.take(at(220, step, State.DONE))
    run.finish(Outcome(Exit.OK, "Deployed."))
    assert shown("provision", LARGE, run=run, **UP)
