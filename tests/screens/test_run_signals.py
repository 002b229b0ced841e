"""What a run signals outside the screen, and where the wizard opens afterwards."""

import os
from collections.abc import Mapping

import pytest

from solarrally_tui.app import WizardApp
from solarrally_tui.commands.wizard import left_on_the_way
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.text.terminal_signals import notification, title, wants_signals
from solarrally_tui.wizard import run_signals
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.run_signals import follow, in_short
from tests.screens.scripted.services import Scripted
from tests.screens.scripted.services import at as event_at
from tests.screens.support import ANSWERS, screen_text, settle


def a_run(*, destroys: bool = False) -> RunProgress:
    return RunProgress({"network": "Network", "edge": "Edge"}, destroys, "barn")


def test_a_run_is_told_in_short() -> None:
    run = a_run()
    assert in_short(run) == "0 of 2 steps, barn"
    run.take(event_at(1, "network", State.DONE))
    assert in_short(run) == "1 of 2 steps, barn"
    run.take(event_at(2, "edge", State.WAITING_FOR_YOU))
    assert in_short(run) == "barn needs you"
    assert in_short(a_run(destroys=True)) == "Deleting barn"


@pytest.mark.parametrize(
    ("status", "destroys", "words"),
    [
        (Exit.OK, False, "barn is up"),
        (Exit.OK, True, "barn is deleted"),
        (Exit.FAILED, False, "barn stopped"),
        (Exit.WAITING_FOR_YOU, False, "barn needs you"),
        (Exit.OUT_OF_SIGHT, False, "barn: connection lost"),
    ],
)
async def test_the_end_is_notified_once(
    status: Exit, destroys: bool, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_signals, "_EVERY", 0)
    run, written = a_run(destroys=destroys), list[str]()

    def write(sequence: str) -> None:
        written.append(sequence)
        run.finish(Outcome(status, "Over."))

    await follow(run, write)
    assert written[1] == title(f"{words} - SolarRally")
    assert written[2:] == [notification(f"{words}.", os.environ)]


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "linux"}, False),
        ({}, False),
        ({"TERM": "xterm", "SOLARRALLY_NOTIFY": "off"}, False),
    ],
)
def test_signals_go_where_they_are_understood_and_wanted(
    environ: Mapping[str, str], wanted: bool
) -> None:
    assert wants_signals(environ) is wanted


def test_no_name_can_smuggle_a_sequence() -> None:
    for told in (title("a\x1b]2;x\a"), notification("a\x1b\\;b\a", {"TERM_PROGRAM": "iTerm.app"})):
        assert told.count("\x1b") == 1
        assert told.removesuffix("\a").count("\a") <= 1


def test_the_wizard_opens_what_was_left_on_the_way(
    store: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert left_on_the_way(store) is None
    store.save(Draft({**ANSWERS, "name": "mill"}, "size"))
    assert left_on_the_way(store) is None
    store.save(Draft({**ANSWERS, "name": "barn"}, "provision"))
    left = left_on_the_way(store)
    assert left is not None
    assert (left.name, left.step) == ("barn", "review")


async def test_it_looks_up_who_is_signed_in_and_what_exists(
    services: Scripted, store: DraftStore
) -> None:
    app = WizardApp(services, store=store, draft=Draft(ANSWERS, "review"), resumes=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        assert isinstance(app.screen, ReviewScreen)
        text = screen_text(app)
        assert "not signed in" not in text
        assert "Sign in on Account" not in text
        assert "You are not signed in" not in text
        assert "▲" not in text
        (told,) = app._notifications
        assert told.title == "sunny-garage is not finished"
