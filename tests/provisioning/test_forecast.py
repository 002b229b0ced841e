"""How long a deployment still takes, what it costs so far, and what is slower than usual. Pure."""

import runpy
from decimal import Decimal
from math import inf
from pathlib import Path
from statistics import median

import pytest

from solarrally_tui.provisioning.deployment.progress.durations import (
    Measured,
    Timer,
    expected,
    read,
    remember,
    usual,
    usual_deletions,
)
from solarrally_tui.provisioning.deployment.progress.forecast import StepSoFar, forecast
from solarrally_tui.provisioning.engine.events import WATCHED, Event, State
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE
from solarrally_tui.provisioning.teardown.step_graph import TITLES
from solarrally_tui.site.tiers import Shape
from solarrally_tui.wizard.run_outlook import RunOutlook, outlook
from solarrally_tui.wizard.run_progress import Prospects, RunProgress
from tests.provisioning.engine_setup import site_named

BENCH = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "bench_forecast.py"))
SITE = site_named("sun")
USUAL = usual(SITE, {})
MONTHLY = {"bootstrap": Decimal(1), "data": Decimal(73), "edge": Decimal(7), "app": Decimal(15)}


def at(second: float, step: str, state: State, **more: str) -> Event:
    minute, rest = divmod(second, 60)
    time = f"2026-01-02T10:{int(minute):02d}:{rest:06.3f}Z"
    return Event(time, "sun", step, state, **more)


def stack(second: float, step: str, status: str, state: State = State.RUNNING) -> Event:
    more = {"stack": step, "resource": step, "type": STACK_TYPE, "reason": status}
    return at(second, step, state, **more)


def seen(second: float, *events: Event) -> RunOutlook:
    run = RunProgress({step: step.title() for step in USUAL}, site="sun", clock=lambda: START)
    run.prospects = Prospects(USUAL, {"data": 180.0}, MONTHLY, unused=MONTHLY)
    for event in events:
        run.take(event)
    run.clock = lambda: START + second
    return outlook(run)


START = 1767348000.0
DATA = (at(0, "data", State.RUNNING), stack(1, "data", "CREATE_IN_PROGRESS"))


@pytest.mark.parametrize("alike", [True, False])
def test_the_time_left_after_two_minutes_is_right_where_the_account_is_known(alike: bool) -> None:
    off = []
    for seed in range(40):
        account = BENCH["perturbed"](seed, alike=alike)
        off.append(abs(BENCH["error_after"](120.0, account, BENCH["learnt"](seed, account))))
    assert max(off) <= 0.2
    assert median(off) <= 0.06


def test_a_run_that_is_slower_throughout_is_expected_to_stay_so() -> None:
    begun = {step: StepSoFar(USUAL[step], is_over=True) for step in ("bootstrap", "network")}
    slow = {step: StepSoFar(1.5 * each.elapsed, is_over=True) for step, each in begun.items()}
    assert forecast(USUAL, slow).seconds_left > 1.2 * forecast(USUAL, begun).seconds_left


def test_the_step_that_the_others_wait_for_sets_the_pace() -> None:
    begun = {step.id: StepSoFar(1.0, is_over=True) for step in BENCH["DEPLOYMENT"].steps[:12]}
    begun |= {"data": StepSoFar(20.0), "frontend-build": StepSoFar(20.0)}
    assert forecast(USUAL, begun).sets_pace == "data"


def test_an_overdue_step_never_has_no_time_left() -> None:
    lefts = [
        forecast(USUAL, {"data": StepSoFar(seconds)}).seconds_left
        for seconds in (600.0, 700.0, 1500.0)
    ]
    assert all(left > 60 for left in lefts)


def test_what_takes_longer_than_usual_is_said_with_both_figures() -> None:
    assert seen(700, *DATA).slow_lines == ()
    late = seen(960, *DATA)
    assert late.slow_lines == ("Data is slower than usual: 16 min so far, usually 10 min.",)
    beat = late.to_json("sun", "2026-01-02T10:16:00Z")
    assert beat["slow"] == [{"step": "data", "seconds": 960, "usual_seconds": 620}]
    assert (beat["type"], beat["v"]) == ("heartbeat", 2)


def test_money_counts_what_this_run_creates_from_when_it_began() -> None:
    hour = seen(3600, *DATA)
    assert hour.monthly == 73
    assert float(hour.spent or 0) == pytest.approx(0.1, rel=0.01)
    assert "$0.10 so far, $73 a month if stopped." in hour.line
    kept = seen(3600, at(0, "data", State.RUNNING), stack(1, "data", "UPDATE_IN_PROGRESS"))
    assert kept.spent == 0
    assert kept.monthly is None  # it costs what it did


def test_the_first_half_of_edge_costs_as_edge() -> None:
    begun = (
        at(0, "distribution", State.RUNNING),
        stack(1, "distribution", "CREATE_IN_PROGRESS"),
    )
    assert seen(3600, *begun).monthly == 7
    assert float(seen(3600, *begun).spent or 0) == pytest.approx(7 / 730, rel=0.01)


def test_a_change_is_forecast_with_what_it_touches_only() -> None:
    kept = [
        stack(n, step, "CREATE_COMPLETE", State.UNCHANGED) for n, step in enumerate(["network"])
    ]
    change = (at(5, "data", State.RUNNING), stack(6, "data", "UPDATE_IN_PROGRESS"))
    found = seen(35, *kept, *change)
    assert found.at_least
    assert found.line.startswith("At least")
    assert 100 < (found.seconds_left or 0) < 260
    # What needs a stack that is only created now has to be created, too.
    made = seen(35, *kept, *DATA)
    assert (made.seconds_left or 0) > 600


def test_nothing_is_promised_while_somebody_has_to_do_something() -> None:
    asked = (at(0, "global", State.RUNNING), at(5, "global", State.WAITING_FOR_YOU))
    assert seen(60, *asked).seconds_left is None
    assert " left" not in seen(60, *asked).line


def test_the_time_that_a_person_took_makes_no_step_slow() -> None:
    asked = (*DATA, at(5, "data", State.WAITING_FOR_YOU), at(1500, "data", State.RUNNING))
    run = RunProgress({step: step.title() for step in USUAL}, site="sun", clock=lambda: START)
    run.prospects = Prospects(USUAL)
    for event in asked:
        run.clock = lambda now=event.at: now  # type: ignore[misc] bound at once
        run.take(event)
    run.clock = lambda: START + 1800
    assert outlook(run).slow == ()
    assert outlook(run).seconds_left


def test_a_step_that_is_far_too_late_ends_the_estimate() -> None:
    over = [at(0, step, State.DONE) for step in USUAL if step in {"bootstrap", "network", "build"}]
    assert seen(700, *over, *DATA).seconds_left
    late = seen(3000, *over, *DATA)
    assert late.seconds_left is None
    assert late.line.startswith("Longer than usual.")


def test_what_is_over_stays_over_whatever_a_call_beside_the_steps_waits_for() -> None:
    run = RunProgress({"account": "Account"}, clock=lambda: START)
    for state in (State.UNCHANGED, State.RUNNING, State.OUT_OF_SIGHT):
        run.take(at(1, "account", state))
    assert run.steps["account"].state is State.UNCHANGED


def test_what_is_documented_counts_as_one_measurement(tmp_path: Path) -> None:
    path = tmp_path / "state" / "durations.json"
    low, _ = expected(SITE, read(path))
    remember(path, {"data": 500.0, "AWS::ECS::Service create": 240.0})
    remember(path, {"data": 540.0})
    known = read(path)
    assert known["data"] == Measured(520.0, 2)
    assert usual(SITE, known)["data"] == pytest.approx((620 + 2 * 520) / 3)
    # A step that was never measured follows the type that decides about it.
    assert usual(SITE, known)["app"] == pytest.approx(145 - 119 + (119 + 240) / 2)
    assert expected(SITE, {"data": Measured(300.0, 9)})[0] < low


def test_changes_are_measured_apart_and_what_was_joined_not_at_all(tmp_path: Path) -> None:
    timer = Timer()
    database = {"stack": "data", "resource": "Database", "type": "AWS::RDS::DBInstance"}
    for event in (
        *DATA,
        at(2, "data", State.RUNNING, **database),
        at(590, "data", State.DONE, reason="CREATE_COMPLETE", **database),
        at(600, "data", State.DONE, reason="CREATE_COMPLETE"),
        at(0, "app", State.RUNNING),
        at(80, "app", State.DONE, reason="UPDATE_COMPLETE"),
        at(0, "edge", State.RUNNING),
        at(
            1,
            "edge",
            State.RUNNING,
            reason="Joining the operation in progress: CREATE_IN_PROGRESS.",
        ),
        at(9, "edge", State.DONE, reason="CREATE_COMPLETE"),
    ):
        timer.take(event)
    assert timer.seconds == {
        "data": 600.0,
        "app update": 80.0,
        "AWS::RDS::DBInstance create": 588.0,
    }
    blocked = tmp_path / "file"
    blocked.write_text("")
    timer.save(blocked / "durations.json")  # a disk that refuses stops nothing
    assert inf not in timer.seconds.values()


def test_a_deletion_is_forecast_from_its_own_measurements(tmp_path: Path) -> None:
    timer = Timer(destroys=True)
    timer.take(at(0, "data", State.RUNNING))
    timer.take(at(400, "data", State.DONE, reason="DELETE_COMPLETE"))
    assert timer.seconds == {"destroy data": 400.0}
    measured = {"destroy data": Measured(400.0, 1), "data": Measured(1.0, 1)}
    known = usual_deletions(measured)
    assert known["data"] == pytest.approx((250 + 400) / 2)
    # A site has the stacks of its own shape only.
    assert known["functions"] == usual_deletions(measured, Shape.FUNCTIONS)["balancer"] == 0.0
    run = RunProgress(TITLES, destroys=True, site="sun", clock=lambda: START)
    run.prospects = Prospects(known, {}, MONTHLY, unused=MONTHLY)
    for step in ("chargers", "service-role-check", "observe", "functions"):
        run.take(at(0, step, State.DONE))
    for step in ("edge", "app"):
        run.take(at(0, step, State.RUNNING))
        run.take(stack(1, step, "DELETE_IN_PROGRESS"))
    run.clock = lambda: START + 60
    found = outlook(run)
    # The database can only go after what uses it, and takes longer than the distribution.
    assert found.sets_pace == "Application"
    assert 400 < (found.seconds_left or 0) < 600
    assert found.spent is None
    # What AWS is deleting is there until it is deleted.
    assert found.monthly == sum(MONTHLY.values())
    assert found.money.endswith(" a month not deleted yet.")
    run.take(at(61, "app", State.DONE))
    assert outlook(run).monthly == sum(MONTHLY.values()) - MONTHLY["app"]


def test_who_only_watches_measures_and_forecasts_nothing() -> None:
    timer = Timer()
    timer.take(at(0, "deploy", State.RUNNING, resource="host", type=WATCHED, reason="a deploy"))
    timer.take(at(1, "data", State.RUNNING))
    timer.take(at(5, "data", State.DONE, reason="CREATE_COMPLETE"))
    assert timer.seconds == {}
    found = seen(60, at(0, "deploy", State.RUNNING, type=WATCHED, reason="a deploy"), *DATA)
    assert (found.seconds_left, found.spent) == (None, None)
