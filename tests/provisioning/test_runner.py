import asyncio

import pytest

from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.provisioning.engine.context import Action, Context
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.graph import Accepted, graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.runner import run
from solarrally_tui.provisioning.engine.steps import End, StepError
from tests.provisioning.engine_setup import Heard


def reporting(emit: Emit) -> Context:
    return Context(narrator=Narrator("x", emit))


def ends(changed: bool = True) -> Action[Context]:
    async def act(_: Context) -> End:
        return End(changed)

    return act


def fails(error: Exception) -> Action[Context]:
    async def act(_: Context) -> End:
        raise error

    return act


def broken() -> StepError:
    return StepError(Plain(what="It broke.", why="A reason.", next="Mend it."))


async def test_every_step_waits_then_runs_then_ends() -> None:
    heard = Heard()
    created = graph({"a": (), "b": ("a",)})
    result = await run(created, {"a": ends(), "b": ends(changed=False)}, reporting(heard.append))
    assert [(e.step, e.state) for e in heard] == [
        ("a", State.WAITING),
        ("b", State.WAITING),
        ("a", State.RUNNING),
        ("a", State.DONE),
        ("b", State.RUNNING),
        ("b", State.UNCHANGED),
    ]
    assert result.changed
    assert all(event.time.endswith("Z") for event in heard)


async def test_independent_steps_run_at_the_same_time() -> None:
    barrier = asyncio.Barrier(3)

    async def meet(_: Context) -> End:
        async with asyncio.timeout(60):
            await barrier.wait()
        return End(False)

    created = graph({"a": (), "b": (), "c": ()})
    result = await run(created, dict.fromkeys("abc", meet), reporting(lambda _: None))
    assert set(result.done) == {"a", "b", "c"}
    assert not result.changed


async def test_after_a_failure_what_runs_ends_and_nothing_new_starts() -> None:
    failed = asyncio.Event()

    async def slow(_: Context) -> End:
        await failed.wait()
        await asyncio.sleep(0)
        return End(True)

    async def bad(_: Context) -> End:
        failed.set()
        raise broken()

    heard = Heard()
    created = graph({"bad": (), "slow": (), "after-bad": ("bad",), "after-slow": ("slow",)})
    actions = {"bad": bad, "slow": slow, "after-bad": ends(), "after-slow": ends()}
    result = await run(created, actions, reporting(heard.append))
    assert heard.states() == {
        "bad": State.FAILED,
        "slow": State.DONE,
        "after-bad": State.WAITING,
        "after-slow": State.WAITING,
    }
    assert heard.last("bad").reason == "A reason."
    assert result.first_error
    assert result.first_error.exit_code is Exit.FAILED


@pytest.mark.parametrize(
    ("error", "first", "later"),
    [
        (AwsError("ExpiredToken", "gone", "s3", "x"), Exit.CREDENTIALS, Exit.OUT_OF_SIGHT),
        (
            AwsError("EndpointConnectionError", "no way", "s3", "x"),
            Exit.OUT_OF_SIGHT,
            Exit.OUT_OF_SIGHT,
        ),
        (AwsError("AccessDenied", "no", "s3", "x"), Exit.CREDENTIALS, Exit.FAILED),
        (AwsError("ReadOnly", "no", "s3", "x"), Exit.REFUSED, Exit.REFUSED),
        (AwsError("Strange", "no", "s3", "x"), Exit.FAILED, Exit.FAILED),
        (StillWaitingError("gave up"), Exit.OUT_OF_SIGHT, Exit.OUT_OF_SIGHT),
    ],
)
async def test_an_error_means_something_else_once_aws_is_at_work(
    error: Exception, first: Exit, later: Exit
) -> None:
    at_once = await run(graph({"a": ()}), {"a": fails(error)}, reporting(lambda _: None))
    created = graph({"a": (), "b": ("a",)})
    midway = await run(created, {"a": ends(), "b": fails(error)}, reporting(lambda _: None))
    assert at_once.first_error
    assert at_once.first_error.exit_code is first
    assert midway.first_error
    assert midway.first_error.exit_code is later


async def test_cancelling_says_that_aws_continues() -> None:
    heard = Heard()
    started = asyncio.Event()

    async def forever(_: Context) -> End:
        started.set()
        await asyncio.sleep(3600)
        return End(True)

    task = asyncio.ensure_future(
        run(graph({"a": (), "b": ("a",)}), {"a": forever, "b": ends()}, reporting(heard.append))
    )
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert heard.states() == {"a": State.OUT_OF_SIGHT, "b": State.WAITING}


async def test_a_step_reads_what_an_earlier_one_learnt_with_its_type() -> None:
    async def learns(_: Context) -> End:
        return End(False, learnt=7)

    async def reads(context: Context) -> End:
        return End(False, str(context.ends.learnt("a", int)))

    context = reporting(lambda _: None)
    await run(graph({"a": (), "b": ("a",)}), {"a": learns, "b": reads}, context)
    assert context.ends.done["b"].reason == "7"
    with pytest.raises(TypeError, match="learnt 7, not a str"):
        context.ends.learnt("a", str)
    with pytest.raises(KeyError):
        context.ends.learnt("c", int)


async def test_what_needs_a_step_accepted_starts_before_that_step_is_done() -> None:
    began = asyncio.Event()

    async def asks(context: Context) -> End:
        await asyncio.sleep(0)
        context.accepted("asks")
        await began.wait()
        return End(True)

    async def follows(_: Context) -> End:
        began.set()
        return End(True)

    heard = Heard()
    created = graph({"asks": (), "follows": (Accepted("asks"),), "last": ("asks", "follows")})
    actions = {"asks": asks, "follows": follows, "last": ends()}
    async with asyncio.timeout(60):
        await run(created, actions, reporting(heard.append))
    begun = [event.step for event in heard if event.state is State.RUNNING]
    assert begun == ["asks", "follows", "last"]


async def test_what_needs_a_step_accepted_starts_once_it_is_done_but_not_if_it_fails() -> None:
    created = graph({"asks": (), "follows": (Accepted("asks"),)})
    unchanged = {"asks": ends(changed=False), "follows": ends()}
    assert set((await run(created, unchanged, reporting(lambda _: None))).done) == set(unchanged)
    refused = {"asks": fails(broken()), "follows": ends()}
    assert not (await run(created, refused, reporting(lambda _: None))).done


async def test_a_step_says_what_aws_has_yet_to_accept_and_no_more_after_a_refusal() -> None:
    turn = asyncio.Event()

    async def first(context: Context) -> End:
        await asyncio.sleep(0)
        context.accepted("first")
        turn.set()
        return End(True)

    async def second(_: Context) -> End:
        await turn.wait()
        await asyncio.sleep(0.05)
        raise broken()

    heard = Heard()
    both = (Accepted("first"), Accepted("second"))
    created = graph({"a": (), "first": ("a",), "second": ("a",), "costs": ("a", *both)})
    actions = {"a": ends(), "first": first, "second": second, "costs": ends()}
    await run(created, actions, reporting(heard.append))
    assert [(event.state, event.reason) for event in heard.of("costs")] == [
        (State.WAITING, ""),
        (State.WAITING, "Begins once AWS has begun first and 1 more."),
        (State.WAITING, "Begins once AWS has begun second."),
        (State.WAITING, ""),
    ]


async def test_a_fault_of_our_own_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        await run(graph({"a": ()}), {"a": fails(ZeroDivisionError())}, reporting(lambda _: None))
