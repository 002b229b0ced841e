"""What Provision shows in its room: one list, a picture with states, time and money."""

from dataclasses import replace
from decimal import Decimal

import pytest

from solarrally_tui.architecture.diagram import BoxId
from solarrally_tui.architecture.text_drawing import text
from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.patience import LIMITED
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.pricing.money import USD
from solarrally_tui.provisioning.deployment.step_graph import PLANNED, TITLES
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.narrator import LOG_TYPE, PHASE_TYPE, STACK_TYPE
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.screens.picture.captions import captions
from solarrally_tui.screens.picture.endings import Deletion, Stopped
from solarrally_tui.screens.picture.states import states
from solarrally_tui.screens.provision.cause import cause
from solarrally_tui.screens.provision.details import own_words
from solarrally_tui.screens.provision.page import divided
from solarrally_tui.screens.provision.reports import log_tail, reports
from solarrally_tui.screens.provision.step_list import Room, step_list
from solarrally_tui.screens.provision.time_chart import spans
from solarrally_tui.screens.provision.words import asks_to_confirm, summary, without_connection
from solarrally_tui.wizard.leaving import may_close
from solarrally_tui.wizard.run_outlook import as_shown, held, left_of, outlook, so_far
from solarrally_tui.wizard.run_progress import Earlier, Part, Prospects, RunProgress
from solarrally_tui.wizard.run_signals import in_short
from tests.architecture.test_diagram import SITES, drawn
from tests.screens.scripted.services import at

START = 1767348000.0
KEPT = frozenset({"account", "record", "network"})
USUAL = Prospects({"data": 620.0, "app": 145.0, "edge": 410.0, "distribution": 290.0})


def new_run(now: float = 90.0) -> RunProgress:
    run = RunProgress(PLANNED, clock=lambda: START)
    run.clock = lambda: START + now
    return run


@pytest.mark.parametrize("columns", [20, 56, 76, 86, 166])
@pytest.mark.parametrize("rows", [3, 5, 14, 40])
def test_the_list_never_needs_scrolling_and_counts_every_step(columns: int, rows: int) -> None:
    run = new_run()
    for number, step in enumerate(run.steps.values()):
        step.state = list(State)[number % len(State)]
    shown = step_list(run, Room(columns, rows)).plain
    lines = shown.splitlines()
    assert len(lines) <= rows
    assert max(map(len, lines)) <= columns
    if len(lines) == len(run.steps):
        assert "First admin" in shown


def test_what_works_and_what_fails_is_never_folded_away() -> None:
    run = new_run()
    for step in run.steps.values():
        step.state = State.DONE
    run.steps["data"].state, run.steps["edge"].state = State.FAILED, State.RUNNING
    shown = step_list(run, Room(76, 4)).plain
    assert shown.splitlines()[0].startswith("✗ Database")
    assert shown.splitlines()[1].startswith("● Web address")
    assert f"{len(run.steps) - 2} done: " in shown


@pytest.mark.parametrize(
    ("rows", "columns", "picture"),
    [(15, 76, True), (30, 86, True), (50, 166, True), (9, 76, False), (30, 50, False)],
)
def test_the_room_is_never_exceeded(rows: int, columns: int, picture: bool) -> None:
    found = divided(rows, columns, 28)
    assert bool(found.picture) is picture
    used = found.picture + bool(found.picture) + found.steps + (found.log + 1 if found.log else 0)
    assert used <= rows
    assert found.steps >= 4


def states_after(*events: object) -> dict[BoxId, State]:
    run = new_run()
    for event in events:
        run.take(event)  # type: ignore[arg-type]
    return dict(states(drawn(SITES["small"]), run))


BALANCER = ("LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer")


def test_a_box_is_as_far_as_its_parts_are_seen_to_be() -> None:
    assert set(states_after().values()) == {State.WAITING}
    begun = states_after(at(1, "balancer", State.RUNNING))
    assert begun[BoxId.BALANCER] is State.RUNNING  # as the list of steps says
    working = at(2, "balancer", State.RUNNING, *BALANCER)
    done = at(9, "balancer", State.DONE, *BALANCER)
    begin = at(1, "balancer", State.RUNNING)
    assert states_after(begin, working)[BoxId.BALANCER] is State.RUNNING
    assert states_after(begin, working, done)[BoxId.BALANCER] is State.RUNNING
    over = at(10, "balancer", State.DONE)
    assert states_after(begin, working, done, over)[BoxId.BALANCER] is State.DONE
    undone = at(10, "balancer", State.RUNNING, "stack", STACK_TYPE, "ROLLBACK_IN_PROGRESS")
    assert states_after(begin, working, done, undone)[BoxId.BALANCER] is State.FAILED
    ended = at(11, "balancer", State.FAILED)
    assert states_after(begin, working, done, ended)[BoxId.BALANCER] is State.FAILED
    assert BoxId.CHARGERS not in states_after(ended)


def test_a_build_that_fails_is_a_failure_of_the_box_of_builds() -> None:
    stacks = {stack for stack, _ in drawn(SITES["small"]).box(BoxId.FILES).resources}  # type: ignore[union-attr]
    done = [at(1, stack, State.DONE) for stack in stacks]
    built = [at(2, "image-build", State.DONE), at(2, "frontend-build", State.DONE)]
    assert states_after(*done, *built)[BoxId.FILES] is State.DONE
    failed = states_after(*done, at(3, "image-build", State.FAILED))
    assert failed[BoxId.FILES] is State.FAILED


def test_the_distribution_works_until_its_last_step_is_done() -> None:
    first = [at(1, "distribution", State.RUNNING), at(9, "distribution", State.DONE)]
    made = at(2, "distribution", State.RUNNING, "Distribution", "AWS::CloudFront::Distribution")
    assert states_after(first[0], made)[BoxId.DELIVERY] is State.RUNNING
    assert states_after(*first)[BoxId.DELIVERY] is State.RUNNING
    second = at(20, "edge", State.RUNNING)
    assert states_after(*first, second)[BoxId.DELIVERY] is State.RUNNING
    changed = at(21, "edge", State.RUNNING, "s", STACK_TYPE, "UPDATE_IN_PROGRESS")
    assert states_after(*first, second, changed)[BoxId.DELIVERY] is State.RUNNING
    assert states_after(*first, second, at(30, "edge", State.DONE))[BoxId.DELIVERY] is State.DONE


def test_a_box_that_has_begun_works_until_each_of_its_steps_is_done() -> None:
    """Secrets and keys are in several stacks, which begin one after the other."""
    shown = drawn(SITES["small"])
    secrets = shown.box(BoxId.SECRETS)
    assert secrets is not None
    made_by = {stack for stack, _ in secrets.resources} | {"distribution"}
    run, seen = new_run(), []
    for step in [step for step in PLANNED if step in made_by]:
        for state in (State.RUNNING, State.DONE):
            run.take(at(1, step, state))
            seen.append(states(shown, run)[BoxId.SECRETS])
    assert len(seen) > 4
    assert seen[0] is State.WAITING
    assert set(seen[1:-1]) == {State.RUNNING}
    assert seen[-1] is State.DONE


def test_what_is_deleted_has_no_price_and_what_exists_keeps_its_own() -> None:
    run = RunProgress(TITLES, destroys=True, clock=lambda: START)
    run.take(at(1, "balancer", State.DONE))
    run.take(at(2, "data", State.RUNNING))
    run.take(at(2, "data", State.RUNNING, "Database", "AWS::RDS::DBInstance"))
    shown = drawn(SITES["small"])
    found = states(shown, run)
    shown = shown.in_states(found)
    full, told = captions(drawn(SITES["small"]), USD), captions(shown, USD)
    assert found[BoxId.BALANCER] is Deletion.DELETED
    assert not told[BoxId.BALANCER].price
    assert found[BoxId.DATABASE] is Deletion.DELETING
    assert told[BoxId.DATABASE].price == full[BoxId.DATABASE].price
    assert found[BoxId.TASKS] is Deletion.EXISTS
    assert told[BoxId.TASKS].price
    for rows in (16, 8):  # with a line for the state in each box, and without
        drawing = "\n".join(
            "".join(span.text for span in line) for line in text(shown, told, 120, rows)
        )
        assert full[BoxId.BALANCER].price not in drawing
        assert "✓ deleted" in drawing


def test_the_bar_says_what_is_left_and_never_that_all_is_done() -> None:
    run = new_run()
    run.prospects = USUAL
    run.take(at(1, "data", State.RUNNING))
    for columns in (56, 76, 160):
        line = summary(run, columns).plain.splitlines()[1]
        assert "█" in line
        assert "of the time" in line
        assert "min left" in line
        assert columns - 10 < len(line) <= columns
    assert "on AWS" not in summary(run, 160).plain
    prices = {"data": Decimal(18), "app": Decimal(15)}
    run.prospects = replace(USUAL, monthly=prices, unused=prices)
    run.take(at(2, "data", State.RUNNING, "s", STACK_TYPE, "CREATE_IN_PROGRESS"))
    for columns in (44, 76):
        lines = summary(run, columns).plain.splitlines()
        assert any("so far, $18 a month if stopped." in line for line in lines)
        assert all(len(line) <= columns for line in lines if "█" not in line)
    run.reach(0.4, 500.0)
    run.clock = lambda: START + 9000
    late = summary(run, 76).plain
    assert "░" in late
    assert "Longer than usual." in late
    assert "of the time" not in late
    assert "100%" not in summary(run, 76).plain
    assert "slower than usual" in summary(run, 76).plain
    run.take(at(3, "data", State.RUNNING, reason=f"{LIMITED} One has waited for 25 s."))
    assert LIMITED in summary(run, 76, notes=1).plain
    assert summary(run, 76).plain.count(LIMITED) == 1


def test_a_demonstration_says_how_long_it_takes_on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """From what steps usually take: other recorded durations give other minutes."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    monkeypatch.setenv("SOLARRALLY_PACE", "30")
    said = []
    for seconds in (620.0, 1820.0):
        run = new_run(2.0)
        run.prospects = replace(USUAL, usual={**USUAL.usual, "data": seconds})
        said.append(outlook(run).elsewhere)
        assert said[-1].startswith("On AWS it takes about ")
        run.finish(Outcome(Exit.OK, "Deployed."))
        assert outlook(run).elsewhere in summary(run).plain
        assert outlook(run).elsewhere not in summary(run, 60).plain  # none is cut
    first, second = (int(words.split()[5]) for words in said)
    assert second - first == 20
    assert said[0] != said[1]


def lines(*events: Event) -> list[str]:
    return [report.line(TITLES)[9:] for report in reports(events)]


def test_a_line_of_the_log_has_no_status_in_capitals() -> None:
    made = at(1, "data", State.DONE, "solarrally-x-data", STACK_TYPE, "CREATE_COMPLETE")
    undone = at(1, "app", State.RUNNING, "solarrally-x-app", STACK_TYPE, "ROLLBACK_IN_PROGRESS")
    assert lines(made, undone) == [
        "✓ Database                 all of it done",
        "● Application              all of it being undone",
    ]


def test_a_build_reports_a_phase_once_and_events_are_in_the_order_of_their_times() -> None:
    said = "[Container] 2026/01/02 10:00:05 Phase complete: PRE_BUILD State: SUCCEEDED"
    assert lines(
        at(9, "image-build", State.DONE, "PRE_BUILD", PHASE_TYPE, "SUCCEEDED"),
        at(10, "image-build", State.RUNNING, "image", LOG_TYPE, said),
        at(4, "balancer", State.DONE, *BALANCER),
    ) == [
        "✓ Load balancer            load balancer done",
        "✓ Build the images         preparation done",
    ]


def test_what_begins_and_ends_is_one_line_of_the_log_and_what_is_undone_another() -> None:
    bucket = ("Images", "AWS::S3::Bucket")
    stack = ("solarrally-x-data", STACK_TYPE)
    assert lines(
        at(1, "data", State.RUNNING, *bucket),
        at(2, "data", State.RUNNING, *bucket, "Resource creation Initiated"),
        at(3, "data", State.RUNNING, "Database", "AWS::RDS::DBInstance"),
        at(14, "data", State.DONE, *bucket),
        at(15, "data", State.FAILED, "Database", "AWS::RDS::DBInstance", "No capacity."),
        at(16, "data", State.RUNNING, *stack, "ROLLBACK_IN_PROGRESS: Requested by user."),
        at(17, "data", State.RUNNING, *bucket),
        at(19, "data", State.DONE, *bucket),
        at(20, "data", State.FAILED, *stack, "ROLLBACK_COMPLETE: Rollback complete"),
        at(21, "image-build", State.RUNNING, "image", LOG_TYPE, "Step 7/9"),
        at(21, "image-build", State.RUNNING, "image", LOG_TYPE, "Step 8/9"),
    ) == [
        "✓ Database                 bucket done, 13 s",
        "✗ Database                 database failed, 12 s",
        "✓ Database                 bucket undone, 2 s",
        "✗ Database                 all of it undone, 4 s",
        "● Build the images         Step 7/9",
        "● Build the images         Step 8/9",
    ]


def test_the_bar_never_gets_shorter_and_a_second_try_continues_with_what_is_kept() -> None:
    run = new_run(60.0)
    run.prospects = USUAL
    run.take(at(1, "network", State.DONE))
    run.take(at(2, "data", State.RUNNING))
    known = outlook(run).share
    run.reach(0.9, None)
    assert known
    assert known < 0.9
    assert " 90%" in summary(run).plain
    run.take(at(50, "data", State.FAILED))
    run.finish(Outcome(Exit.FAILED, "Failed."))
    again = RunProgress(PLANNED, clock=run.clock, earlier=so_far(run))
    again.prospects = USUAL
    assert " 90%" in summary(again).plain
    assert "1 step of the last try is kept." in summary(again).plain
    left = outlook(again)
    assert not left.at_least
    assert left.seconds_left
    assert left.seconds_left > USUAL.usual["data"]
    assert so_far(again).steps == {"network"}
    assert again.earlier.spent == 0


def test_the_time_left_is_held_while_the_forecast_rises_little() -> None:
    shown: float | None = None
    course = []
    for known in (32, 30, 30, 34, 29, 45, None, 50):
        shown = held(shown, known)
        course.append(shown)
    assert course == [32, 30, 30, 30, 29, 45, None, 50]


def test_the_time_here_is_that_of_the_time_left_which_is_shown() -> None:
    run = new_run(60.0)
    run.prospects = USUAL
    run.take(at(1, "data", State.RUNNING))
    known = outlook(run)
    assert known.seconds_left
    run.reach(known.share, known.seconds_left - 10)
    shown = as_shown(run)
    assert shown.seconds_left == known.seconds_left - 10
    assert shown.here == known.here - 10


def test_nobody_is_told_to_close_a_demonstration() -> None:
    run = new_run()
    assert may_close(run, demonstration=False).startswith("You can close this.")
    assert may_close(run, demonstration=True).startswith("On AWS you could close this:")
    run.watched = "update"
    assert may_close(run, demonstration=False).endswith("The other run continues.")


def test_what_was_not_begun_is_called_so_once_the_run_has_stopped() -> None:
    run = new_run()
    run.take(at(1, "network", State.DONE))
    assert "waiting: " in step_list(run, Room(76, 3)).plain
    run.finish(Outcome(Exit.FAILED, "Failed."))
    assert "not begun: " in step_list(run, Room(76, 3)).plain
    assert "waiting" not in step_list(run, Room(76, 3)).plain


def test_what_a_second_try_has_cost_includes_the_first_and_what_it_kept() -> None:
    """18.25 dollars a month are 2.5 cents an hour."""
    monthly = {"network": Decimal("18.25"), "data": Decimal("18.25")}
    prospects = replace(USUAL, monthly=monthly, unused=monthly)
    run = new_run(7200.0)
    run.prospects = prospects
    for step in ("network", "data"):
        run.take(at(0, step, State.RUNNING))
        run.take(at(0, step, State.RUNNING, "s", STACK_TYPE, "CREATE_IN_PROGRESS"))
    run.take(at(1, "network", State.DONE))
    run.take(at(1800, "data", State.FAILED))
    run.finish(Outcome(Exit.FAILED, "Failed."))
    again = RunProgress(PLANNED, clock=run.clock, earlier=so_far(run))
    again.prospects = prospects
    assert outlook(again).money == "$0.06 so far, $18 a month if stopped."
    again.clock = lambda: START + 4 * 3600  # two hours later
    assert outlook(again).money == "$0.11 so far, $18 a month if stopped."


def test_a_change_of_a_complete_site_has_its_own_minutes_and_no_price_if_stopped() -> None:
    run = new_run()
    monthly = {"network": Decimal("18.25"), "data": Decimal("18.25")}
    run.prospects = replace(USUAL, monthly=monthly, unused=monthly)
    run.minutes = (5, 10)
    run.take(at(0, "network", State.UNCHANGED, "s", STACK_TYPE, "CREATE_COMPLETE"))
    run.take(at(1, "network", State.UNCHANGED))
    run.take(at(2, "data", State.RUNNING))
    run.take(at(2, "data", State.RUNNING, "s", STACK_TYPE, "UPDATE_IN_PROGRESS"))
    known = outlook(run)
    assert not known.money
    assert known.on_aws is None
    assert replace(known, pace=60.0).elsewhere == "On AWS it takes about 5 to 10 minutes."


def test_a_confirmation_is_asked_for_only_where_the_run_has_subscribed_the_address() -> None:
    run = new_run()
    run.take(at(0, "bootstrap", State.UNCHANGED))
    assert not asks_to_confirm(run)
    subscription = ("AlertSubscription", "AWS::SNS::Subscription", "")
    run.take(at(1, "bootstrap", State.DONE, *subscription))
    assert asks_to_confirm(run)


def test_a_site_that_nobody_uses_yet_costs_what_does_not_depend_on_use() -> None:
    run = new_run()
    all_stacks = {item.id: Decimal(2) for item in CATALOGUE}
    run.prospects = replace(USUAL, monthly=all_stacks, unused=dict.fromkeys(all_stacks, Decimal(1)))
    for step in all_stacks.keys() - {"observe"}:
        run.take(at(1, step, State.DONE))
    assert outlook(run).monthly == len(all_stacks) - 1
    run.take(at(1, "observe", State.DONE))
    assert outlook(run).monthly == 2 * len(all_stacks)


def test_a_failed_step_is_what_the_head_says_while_aws_ends_the_others() -> None:
    run = new_run()
    run.prospects = USUAL
    run.take(at(1, "data", State.RUNNING))
    run.take(at(1, "edge", State.RUNNING))
    run.take(at(5, "data", State.RUNNING, "s", STACK_TYPE, "ROLLBACK_IN_PROGRESS"))
    head, next_line, *_ = summary(run, 80).plain.splitlines()
    assert head.startswith("✗ Database failed  0 of 28 steps done")
    assert next_line == "  Other steps may still begin until AWS has undone it, then this stops."
    run.take(at(9, "data", State.FAILED))  # from here on the engine begins nothing
    _, next_line, *_ = summary(run, 80).plain.splitlines()
    assert next_line == "  AWS ends what it has begun, then this stops."


def test_nothing_works_in_the_picture_of_a_run_that_has_stopped() -> None:
    run = new_run()
    for event in (
        at(1, "distribution", State.RUNNING),
        at(2, "distribution", State.DONE, "Distribution", "AWS::CloudFront::Distribution"),
        at(9, "distribution", State.DONE),
        at(9, "data", State.FAILED),
    ):
        run.take(event)
    picture = drawn(SITES["small"])
    assert states(picture, run)[BoxId.DELIVERY] is State.RUNNING
    run.finish(Outcome(Exit.FAILED, "Failed."))
    assert states(picture, run)[BoxId.DELIVERY] is Stopped.IN_PART
    assert states(picture, run)[BoxId.TASKS] is Stopped.NOT_BEGUN


def test_a_box_whose_stack_is_rolled_back_is_undone_and_only_the_cause_has_failed() -> None:
    run = new_run()
    for event in (
        at(1, "balancer", State.DONE),
        at(1, "data", State.RUNNING),
        at(2, "data", State.RUNNING, "DatabaseKey", "AWS::KMS::Key"),
        at(3, "data", State.RUNNING, "Database", "AWS::RDS::DBInstance"),
        at(9, "data", State.FAILED, "Database", "AWS::RDS::DBInstance", "No capacity."),
        at(9, "data", State.FAILED, "DatabaseKey", "AWS::KMS::Key", "Resource creation cancelled"),
        at(10, "data", State.RUNNING, "s", STACK_TYPE, "ROLLBACK_IN_PROGRESS"),
        at(11, "data", State.RUNNING, "Database", "AWS::RDS::DBInstance"),
        at(12, "data", State.DONE, "Database", "AWS::RDS::DBInstance"),
        at(13, "data", State.FAILED),
    ):
        run.take(event)
    run.finish(Outcome(Exit.FAILED, "Failed."))
    assert run.steps["data"].parts["Database"] is State.FAILED
    assert run.steps["data"].parts["DatabaseKey"] is State.RUNNING
    shown = drawn(SITES["small"])
    found = states(shown, run)
    assert found[BoxId.DATABASE] is State.FAILED
    assert found[BoxId.BALANCER] is State.DONE
    shown = shown.in_states(found)
    full, told = captions(drawn(SITES["small"]), USD), captions(shown, USD)
    assert told[BoxId.BALANCER].price == full[BoxId.BALANCER].price
    assert not told[BoxId.TASKS].price


def test_what_a_deletion_keeps_is_not_called_deleted() -> None:
    run = RunProgress(TITLES, destroys=True, clock=lambda: START)
    shown = drawn(SITES["large"])
    archive = next(box for box in shown.boxes if box.id is BoxId.FILES)
    stack, bucket = archive.resources[-1]
    run.take(at(1, stack, State.RUNNING))
    run.take(at(2, stack, State.DONE, bucket, "AWS::S3::Bucket", "DELETE_SKIPPED"))
    for one, _ in archive.resources:
        run.take(at(3, one, State.DONE))
    assert states(shown, run)[BoxId.FILES] is Part.KEPT
    told = captions(shown.in_states(states(shown, run)), USD)
    assert not told[BoxId.FILES].price


def test_a_deletion_after_a_stopped_deployment_counts_what_that_has_created() -> None:
    stopped = new_run()
    stopped.prospects = Prospects(
        monthly={"data": Decimal(14), "app": Decimal(14), "network": Decimal(4)},
        unused={"data": Decimal(13), "app": Decimal(12), "network": Decimal(4)},
    )
    for step in ("network", "data"):
        stopped.take(at(1, step, State.RUNNING, "stack", STACK_TYPE, "CREATE_IN_PROGRESS"))
        stopped.take(at(9, step, State.DONE))
    stopped.take(at(10, "app", State.RUNNING, "stack", STACK_TYPE, "ROLLBACK_IN_PROGRESS"))
    stopped.take(at(12, "app", State.FAILED))
    stopped.finish(Outcome(Exit.FAILED, "It stopped."))
    run = RunProgress(TITLES, destroys=True, clock=lambda: START, there=left_of(stopped))
    run.prospects = stopped.prospects
    assert outlook(run).monthly == outlook(stopped).monthly == Decimal(17)
    boxes = states(drawn(SITES["small"]), run)
    assert boxes[BoxId.DATABASE] is boxes[BoxId.NETWORK] is Deletion.EXISTS
    assert boxes[BoxId.TASKS] is Deletion.ABSENT


def test_of_a_site_that_existed_before_nobody_knows_what_a_stopped_run_has_left() -> None:
    run = new_run()
    run.take(at(1, "data", State.RUNNING, "stack", STACK_TYPE, "UPDATE_IN_PROGRESS"))
    assert left_of(run) is None
    run.finish(Outcome(Exit.FAILED, "It stopped."))
    assert left_of(run) is None


SILENCE = "AWS has not answered for 11 s. Still trying."


def silent_run(*, destroys: bool = False) -> RunProgress:
    """A run whose connection is lost after 90 seconds; ten minutes later nothing has answered."""
    run = RunProgress({} if destroys else PLANNED, destroys, clock=lambda: START)
    run.prospects = USUAL
    run.take(at(1, "network", State.DONE))
    run.take(at(10, "data", State.RUNNING))
    run.take(at(10, "edge", State.RUNNING))
    run.clock = lambda: START + 90
    run.take(at(90, "edge", State.OUT_OF_SIGHT, reason=SILENCE))
    run.clock = lambda: START + 690
    return run


@pytest.mark.parametrize("destroys", [False, True])
def test_without_a_connection_nothing_works_no_clock_runs_and_nothing_is_slow(
    *, destroys: bool
) -> None:
    run = silent_run(destroys=destroys)
    steps = step_list(run, Room(76, 5)).plain
    assert steps.count("not seen") == 2
    assert run.steps["data"].elapsed(run.clock()) == 80
    known = as_shown(run)
    assert (known.slow_lines, known.left) == ((), "")
    assert may_close(run, demonstration=True) == ""
    assert in_short(run).endswith("no connection")
    head = without_connection(run, run.silent_since or 0.0, 76, "It has stopped.").plain
    assert head.startswith("✗ No connection to AWS since ")
    assert "It has stopped." in head


def test_once_aws_answers_each_step_works_again_with_the_time_that_has_passed() -> None:
    run = silent_run()
    run.take(at(690, "data", State.RUNNING, reason="AWS answers again."))
    assert {run.steps[step].state for step in ("data", "edge")} == {State.RUNNING}
    assert run.steps["edge"].elapsed(run.clock()) == 680
    assert run.silent_since is None
    assert may_close(run, demonstration=True)


def test_a_run_that_ends_without_a_connection_says_how_it_ended() -> None:
    run = silent_run()
    run.finish(Outcome(Exit.OUT_OF_SIGHT, "Out of sight."))
    assert run.silent_since is None
    assert "Connection lost." in summary(run).plain


def tried_again() -> RunProgress:
    run = RunProgress(PLANNED, clock=lambda: START, earlier=Earlier(steps=KEPT, creates=True))
    run.prospects = USUAL
    return run


def test_what_the_last_try_has_done_counts_and_keeps_its_tick_while_it_is_checked() -> None:
    run, shown = tried_again(), drawn(SITES["small"])
    assert summary(run).plain.startswith("● 3 of 28 steps done")
    assert states(shown, run)[BoxId.NETWORK] is State.DONE
    assert states(shown, run)[BoxId.DATABASE] is State.WAITING
    assert "✓ Network" in step_list(run, Room(166, 40)).plain
    run.take(at(1, "network", State.RUNNING))
    assert run.finished_steps == 3
    assert states(shown, run)[BoxId.NETWORK] is State.DONE
    run.take(at(2, "network", State.RUNNING, "stack", STACK_TYPE, "UPDATE_IN_PROGRESS"))
    assert run.finished_steps == 2
    assert states(shown, run)[BoxId.NETWORK] is State.RUNNING


def test_a_step_that_only_looks_is_done_and_never_unchanged() -> None:
    run = new_run()
    for step in ("account", "record"):
        run.take(at(1, step, State.RUNNING))
        run.take(at(2, step, State.UNCHANGED))
    listed = step_list(run, Room(166, 40)).plain
    assert "✓ Check the account" in listed
    assert "= Answers in the account" in listed


def test_list_and_times_of_a_run_that_fails_say_so_at_once_and_plan_nothing_more() -> None:
    run = new_run()
    run.prospects = USUAL
    run.take(at(1, "data", State.RUNNING))
    planned = spans(run, as_shown(run))
    assert planned["app"].end > planned["data"].end > 90
    run.take(at(80, "data", State.RUNNING, "stack", STACK_TYPE, "ROLLBACK_IN_PROGRESS"))
    assert "✗ Database" in step_list(run, Room(166, 40)).plain
    found = spans(run, as_shown(run))
    assert "app" not in found
    assert found["data"].end <= 90


def test_the_log_has_the_newest_first_and_always_what_failed() -> None:
    run = new_run()
    run.take(at(5, "data", State.FAILED, "Database", "AWS::RDS::DBInstance", "No capacity."))
    for number in range(9):
        run.take(at(6 + number, "iot", State.DONE, f"Thing{number}", "AWS::IoT::Policy"))
    head, *lines = log_tail(run, 100, 5).plain.splitlines()
    assert head == "What AWS reported, the newest first"
    assert len(lines) == 4
    assert lines[0].startswith("10:00:14")
    assert "✗ Database" in lines[-1]


def test_of_a_site_that_is_up_the_address_is_loud_and_the_steps_are_quiet() -> None:
    run = new_run()
    for step in PLANNED:
        run.take(at(2, step, State.DONE))
    run.finish(Outcome(Exit.OK, "Deployed."))
    head = summary(run, url="https://example.com")
    (style,) = {str(span.style) for span in head.spans if head.plain[span.start] == "h"}
    assert style == "bold $primary"
    assert {str(span.style) for span in step_list(run, Room(166, 40)).spans} == {DIM}
    run.steps["budget"].state = State.WARN
    assert len({str(span.style) for span in step_list(run, Room(166, 40)).spans}) > 1


def test_a_failure_names_the_steps_that_only_warned_and_f3_says_of_what() -> None:
    run = new_run()
    run.take(at(2, "singletons", State.WARN, reason="Set alerts.anomaly_detection = false."))
    run.take(at(3, "data", State.FAILED))
    run.finish(
        Outcome(
            Exit.FAILED, "Failed.", Plain(what="It failed.", why="", next="", detail="Refused.")
        )
    )
    title = TITLES["singletons"]
    assert run.outcome is not None
    assert f"{title} only warned. F3 says of what." in cause(run, run.outcome, 90).plain
    asked = "Set Notify me about unusual spending on Billing alerts to no."
    assert own_words(run).plain == f"AWS's own words\nRefused.\n\n{title}\n{asked}\n\n"
