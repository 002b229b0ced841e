from solarrally_tui.aws.errors import AwsError
from solarrally_tui.provisioning.engine.events import WATCHED, Event, State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.provision.words import summary
from solarrally_tui.wizard.leaving import leaving
from solarrally_tui.wizard.plain_errors import failed
from solarrally_tui.wizard.run_progress import LOG_LINES, RunProgress
from tests.screens.scripted.services import STEP_IDS, Scripted, at

START = 1767348000.0


def new_run(now: float = 90.0) -> RunProgress:
    return RunProgress(Scripted().steps(), clock=lambda: START + now)


def test_steps_stand_there_before_anything_happens() -> None:
    run = new_run()
    assert set(run.steps) == set(STEP_IDS)
    assert run.finished_steps == 0
    assert run.steps["data"].elapsed(START) is None


def test_events_move_a_step_through_its_states() -> None:
    run = new_run()
    run.take(at(10, "data", State.RUNNING))
    assert run.steps["data"].elapsed(run.clock()) == 80
    run.take(at(40, "data", State.DONE))
    assert run.steps["data"].elapsed(run.clock()) == 30
    assert run.finished_steps == 1


def test_a_step_that_we_did_not_know_is_added() -> None:
    run = new_run()
    run.take(at(1, "something-new", State.RUNNING))
    assert run.steps["something-new"].title == "something-new"


def test_a_deletion_shows_a_stack_of_another_shape_only_once_it_has_deleted_one() -> None:
    run = RunProgress(Scripted().steps(destroys=True, shape="tasks"), destroys=True)
    for state in (State.WAITING, State.RUNNING, State.UNCHANGED):
        run.take(at(1, "functions", state))
        run.take(at(1, "app", state))
    assert set(run.steps) == {"app"}
    run.take(at(2, "functions", State.DONE))
    assert set(run.steps) == {"app", "functions"}


def test_resources_go_to_the_log_and_the_log_has_an_end() -> None:
    run = new_run()
    for number in range(LOG_LINES + 7):
        run.take(at(1, "data", State.RUNNING, f"R{number}", "AWS::X::Y"))
    assert len(run.log) == LOG_LINES
    assert run.logged == LOG_LINES + 7
    assert run.steps["data"].state is State.WAITING


def test_what_a_step_is_at_is_told_for_as_long_as_it_lasts() -> None:
    run = new_run()
    run.take(at(2, "verify", State.RUNNING, reason="Waiting: 0 of 1 tasks run [/x]."))
    assert summary(run).plain.splitlines()[1:] == ["  Waiting: 0 of 1 tasks run [/x]."]
    run.take(at(3, "verify", State.DONE, reason="https://example.com"))
    assert len(summary(run).plain.splitlines()) == 1


def test_a_watched_run_shows_whose_it_is_and_only_the_steps_that_are_seen() -> None:
    run = new_run()
    title = "deploy by arn:aws:iam::1:user/anne on desk, since 2026-11-29 10:00 UTC"
    run.take(at(1, "deploy", State.RUNNING, "desk", WATCHED, title))
    run.take(at(2, "network", State.RUNNING, reason="CREATE_IN_PROGRESS"))
    assert list(run.steps) == ["network"]
    assert "Watching another run" in summary(run).plain
    assert title in summary(run).plain
    left = leaving(run)
    assert left.words == f"You only watch. The run continues without you: {title}."
    assert "destroy" not in left.resume


def test_a_bad_time_does_not_stop_anything() -> None:
    run = new_run()
    run.take(Event("not a time", "s", "data", State.RUNNING))
    assert run.steps["data"].elapsed(run.clock()) == 0


def test_the_outcome_ends_the_run() -> None:
    run = new_run()
    assert run.active
    run.finish(Outcome(Exit.OK, "Deployed."))
    assert run.succeeded
    assert not run.active


def test_errors_become_words_without_values() -> None:
    told = failed(AwsError("ExpiredToken", "gone", "sts", "x"))
    assert told.cause is not None
    assert "session has expired" in told.cause.what
    unknown = failed(KeyError("secret-value"))
    assert unknown.cause is not None
    assert "secret-value" not in str(unknown)
