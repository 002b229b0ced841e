"""What is left of a run in time, and what it costs so far, from what was seen of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import inf, isinf
from typing import Any, Final

from solarrally_tui.aws.pace import pace
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.pricing.metering.estimate_lines import Estimate, Line
from solarrally_tui.pricing.unused import unused_by_stack
from solarrally_tui.provisioning.deployment.progress.durations import (
    durations_file,
    read,
    usual,
    usual_changes,
    usual_deletions,
)
from solarrally_tui.provisioning.deployment.progress.forecast import (
    USUAL,
    Forecast,
    Slow,
    StepSoFar,
    forecast,
)
from solarrally_tui.provisioning.deployment.step_graph import DISTRIBUTION, deployment
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.preview.render import duration
from solarrally_tui.provisioning.teardown.step_graph import TEARDOWN
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Shape
from solarrally_tui.wizard.run_progress import OVER, Earlier, Prospects, RunProgress, StepView

_STACKS: Final = frozenset(item.id for item in CATALOGUE)
_BEGUN: Final = frozenset(State) - {State.WAITING}
_AT_WORK: Final = 15.0
"""Seconds after which a step that reports nothing is doing more than looking."""

_HOURS_A_MONTH: Final = Decimal(730)
_NOTICED: Final = 10.0
"""By how many seconds here a step is late before it is called slow: on a fast clock, a moment of
this computer would be enough."""

_NEWS: Final = 1.25
"""From how many times the time left that is shown on a longer one is shown in its place."""
_LATE: Final = 0.5
"""From what part of the time left on a step is so late that nobody knows the time left."""
_SHOWN: Final = 20.0
"""From how many seconds on the time left is worth a line, and a step its name there."""


@dataclass(frozen=True, slots=True)
class RunOutlook:
    """How a run goes on."""

    seconds_left: float | None
    """On this computer's clock; None where it is not known."""
    at_least: bool
    """Whether steps wait of which nobody knows whether they have anything to do."""
    sets_pace: str
    """Title of the step that the others wait for longest."""
    slow: tuple[tuple[str, Slow], ...]
    """Steps that take longer than usual, with their titles."""
    spent: Decimal | None
    """USD so far, of what this run has created; None where no price is known."""
    monthly: Decimal | None
    """USD a month of what exists once AWS has finished what it has begun; in a deletion, of what is
    not deleted yet."""
    pace: float
    on_aws: float | None = None
    """Seconds that the whole run usually takes on AWS; None where that is not known."""
    here: float = 0.0
    """Seconds that it takes on this computer's clock, as far as that is known."""
    before: float = 0.0
    """Seconds that earlier tries took, of which this one keeps the result."""
    more: bool = False
    """Whether more may exist from an earlier run, which this one has not looked at."""
    ahead: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """When each step that is not over begins and ends, in seconds here from now; empty where that
    is not known."""
    is_late: bool = False
    """Whether a step is so late that nobody knows the time left."""
    destroys: bool = False
    """Whether it deletes a site."""
    minutes: tuple[int, int] | None = None
    """Those of AWS that Review gave for a change, at least and at most."""

    @property
    def share(self) -> float | None:
        """Return how much of the time is over, from 0 to 1; None where it is not known."""
        if self.seconds_left is None or not self.here:
            return None
        return 1 - min(self.seconds_left / (self.before + self.here), 1.0)

    @property
    def elsewhere(self) -> str:
        """Return how long this takes on AWS; empty where the clock is AWS's own."""
        if self.pace == 1:
            return ""
        if self.minutes is not None:
            words = duration(self.minutes)
            return f"On AWS it {words[0].lower()}{words[1:]}"
        if self.on_aws is None:
            return ""
        return f"On AWS it takes about {minutes(self.on_aws)}."

    @property
    def line(self) -> str:
        """Return time and money in one line; empty where neither is known."""
        return "  ".join(part for part in (self.time, self.money) if part)

    @property
    def slow_lines(self) -> tuple[str, ...]:
        """Return a sentence about each step that takes longer than usual."""
        return tuple(
            f"{title} is slower than usual: {minutes(slow.elapsed / self.pace)} so far, usually "
            f"{minutes(slow.usual / self.pace)}."
            for title, slow in self.slow
        )

    def to_json(self, site: str, time: str) -> dict[str, Any]:
        """Return it as a line of --json: an event that is about no step and no resource."""
        beat = Event(time, site, "", State.RUNNING, type="heartbeat", reason=self.line)
        return {
            **beat.to_json(),
            "seconds_left": None if self.seconds_left is None else round(self.seconds_left),
            "at_least": self.at_least,
            "sets_pace": self.sets_pace,
            "slow": [
                {
                    "step": slow.step,
                    "seconds": round(slow.elapsed / self.pace),
                    "usual_seconds": round(slow.usual / self.pace),
                }
                for _, slow in self.slow
            ],
            "spent_usd": None if self.spent is None else float(round(self.spent, 4)),
            "monthly_usd": None if self.monthly is None else float(round(self.monthly, 2)),
        }

    @property
    def time(self) -> str:
        """Return the time left, and what takes it; empty where it is not known."""
        return " ".join(part for part in (self.left, self.longest) if part)

    @property
    def longest(self) -> str:
        """Return which step takes the time left; empty where there is none."""
        known = self.left and not self.is_late
        return f"Longest: {self.sets_pace}." if known and self.sets_pace else ""

    @property
    def left(self) -> str:
        """Return the time left; empty where it is not known, or not worth a word."""
        if self.is_late:
            return "Longer than usual."
        if self.seconds_left is None or self.seconds_left < _SHOWN / self.pace:
            return ""
        most = "At least" if self.at_least else "About"
        return f"{most} {minutes(self.seconds_left)} left."

    @property
    def money(self) -> str:
        """Return the cost so far and a month; empty where there is none, or no price is known."""
        if not self.monthly:
            return ""
        least = "at least " if self.more else ""
        what = "not deleted yet" if self.destroys else "if stopped"
        monthly = f"{least}${self.monthly:,.0f} a month {what}."
        return monthly if self.spent is None else f"${self.spent:.2f} so far, {monthly}"


def short(seconds: float) -> str:
    """Return a duration in seconds up to two minutes, then in whole minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else minutes(seconds)


def minutes(seconds: float) -> str:
    """Return a duration in whole minutes, or in seconds below one."""
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"


def deletion_takes(titles: Mapping[str, str], known: Prospects) -> str:
    """Return how long AWS usually takes to delete a site; empty where that is not known.

    titles: of the steps, by id. known: of the deletion, as `prospects` returns it.
    """
    run = RunProgress(titles, destroys=True)
    run.prospects = known
    usual = outlook(run).on_aws
    return f"Takes about {minutes(usual)} on AWS." if usual else ""


def prospects(site: Site | None, estimate: Estimate | None, *, destroys: bool = False) -> Prospects:
    """Return what is known of a run before it begins. Reads what was measured here.

    site: with its answers; only a deletion is forecast without, as that of a site of tasks.
    """
    measured = read(durations_file())
    known = prices(estimate) if estimate else Prospects()
    if destroys:
        shape = site.size.shape if site else Shape.TASKS
        return replace(known, usual=usual_deletions(measured, shape), shape=shape)
    if site is None:
        return known
    return replace(
        known, usual=usual(site, measured), changes=usual_changes(measured), shape=site.size.shape
    )


def prices(estimate: Estimate) -> Prospects:
    """Return what is known of the money alone."""
    return Prospects(monthly=monthly_by_stack(estimate), unused=unused_by_stack(estimate, _STACKS))


def monthly_by_stack(estimate: Estimate) -> dict[str, Decimal]:
    """Return USD a month of each stack; empty without prices."""
    if not estimate.known:
        return {}
    monthly = dict.fromkeys(_STACKS, Decimal(0))
    for line in estimate.lines:
        if isinstance(line, Line) and line.stack in monthly:
            monthly[line.stack] += line.monthly
    return monthly


def so_far(run: RunProgress) -> Earlier:
    """Return what a try and those before it have done, for the one that continues."""
    if run.succeeded or run.destroys:
        return Earlier()
    done = {id_ for id_, view in run.steps.items() if view.state in OVER}
    before, speed = run.earlier, pace()
    return Earlier(
        before.seconds + run.elapsed,
        run.share,
        before.steps | done,
        before.creates if before.steps else not run.exists,
        _spent(run, run.clock(), 1.0 if isinf(speed) else speed) or Decimal(0),
    )


def outlook(run: RunProgress) -> RunOutlook:
    """Return how a run goes on, as far as it is known now."""
    now, speed = run.clock(), pace()
    # What another run began before we watched it is not seen.
    known = bool(run.prospects.usual) and not run.watched
    instant = isinf(speed)
    speed = 1.0 if instant else speed
    expects, at_least = _expected(run, now, speed)
    graph = TEARDOWN if run.destroys else deployment(run.prospects.shape)
    # What a change takes depends on what it finds: no second figure beside Review's.
    changes = run.minutes is not None or (run.exists and not run.earlier.creates)
    is_known = known and (run.destroys or not changes)
    on_aws = forecast(expects, {}, graph).seconds_left if is_known else None
    known = known and not instant
    seen = forecast(expects, _so_far(run, now, speed), graph) if known else Forecast(0.0, "")
    asked = any(view.state is State.WAITING_FOR_YOU for view in run.steps.values())
    titles = run.titles
    silent = run.silent_since is not None
    slow = tuple(
        (titles.get(each.step, each.step), each)
        # While a person is asked, others wait for the same. Their time is not AWS's afterwards.
        for each in (() if silent or asked else seen.slow)
        if (each.elapsed - each.usual) / speed - run.asked_for > _NOTICED
    )
    is_late = any(
        each.step == seen.sets_pace and each.elapsed - each.usual > seen.seconds_left * _LATE
        for _, each in slow
    )
    left = seen.seconds_left / speed if known and not asked and not is_late and not silent else None
    return RunOutlook(
        left,
        at_least,
        titles.get(seen.sets_pace, "") if expects.get(seen.sets_pace, 0) >= _SHOWN else "",
        slow,
        _spent(run, now, speed),
        _standing(run) if run.destroys else monthly_of(run, run.prospects),
        inf if instant else speed,
        on_aws,
        0.0 if run.active and left is None else run.elapsed + (left or 0.0 if run.active else 0.0),
        run.earlier.seconds,
        not run.destroys and may_have_more(run),
        {step: (start / speed, end / speed) for step, (start, end) in seen.ahead.items()},
        is_late and run.active and not asked,
        run.destroys,
        run.minutes,
    )


def as_shown(run: RunProgress) -> RunOutlook:
    """Return how a run goes on, beside what a display has shown of it: no figure goes up and down.

    The bar keeps its length by `RunProgress.share`.
    """
    known = outlook(run)
    left = held(run.left, known.seconds_left)
    more = (left or 0.0) - (known.seconds_left or 0.0)
    return replace(known, seconds_left=left, here=known.here + more if run.active else known.here)


def held(shown: float | None, now: float | None) -> float | None:
    """Return the time left to show: that which is shown, while what is known now is little above.

    A forecast that wavers is no news. One that rises by a quarter is, and what is shorter is shown.
    """
    if shown is None or now is None:
        return now
    return shown if shown < now < shown * _NEWS else now


def monthly_of(run: RunProgress, known: Prospects) -> Decimal | None:
    """Return USD a month of the stacks that exist once AWS has finished.

    None without prices, and where a site is only changed: it costs what it did. Only a complete
    site is used: of another one, what depends on use costs nothing.
    """
    if not known.monthly or (run.exists and not run.destroys and not _creates(run)):
        return None
    if run.destroys:
        before = _STACKS if run.there is None else run.there
        there = frozenset(id_ for id_ in before if not _is_deleted(run.steps.get(id_)))
    else:
        there = _created(run)
    is_complete = all(stack in there for stack, usd in known.monthly.items() if usd)
    prices = known.monthly if is_complete else known.unused
    return max(sum((prices.get(stack, Decimal(0)) for stack in there), Decimal(0)), Decimal(0))


def _standing(run: RunProgress) -> Decimal | None:
    """Return USD a month of the stacks that a deletion has not deleted yet; None without prices.

    At the prices that the picture has: what AWS is deleting is there until it is deleted. A site
    that was never complete was not used.
    """
    prices = run.prospects.monthly if run.there is None else run.prospects.unused
    if not run.prospects.monthly:
        return None
    before = _STACKS if run.there is None else run.there
    over = {id_ for id_, view in run.steps.items() if view.state in OVER}
    return max(sum((prices.get(id_, Decimal(0)) for id_ in before - over), Decimal(0)), Decimal(0))


def left_of(run: RunProgress | None) -> frozenset[str] | None:
    """Return the stacks that exist after a run has stopped; None where that is not known."""
    if run is None or run.active or run.watched:
        return None
    if run.destroys:
        return run.there
    return None if run.succeeded or run.exists or may_have_more(run) else _created(run)


def _created(run: RunProgress) -> frozenset[str]:
    """Return the stacks that a deployment, or a try before it, has created by now."""
    there = {id_ for id_ in _STACKS if _exists(run.steps.get(id_))} | (_STACKS & run.earlier.steps)
    if _exists(run.steps.get(DISTRIBUTION)) or DISTRIBUTION in run.earlier.steps:
        there.add("edge")
    return frozenset(there)


def may_have_more(run: RunProgress) -> bool:
    """Whether an earlier run has created stacks, and this one has not come to all of them yet.

    What the try before it has created is known.
    """
    if run.earlier.creates:
        return False
    # The first deployment updates the stack edge, too.
    views = [view for view in run.steps.values() if view.id in _STACKS - {"edge"}]
    is_known = any(v.state is State.UNCHANGED or v.in_aws.startswith("UPDATE_") for v in views)
    return is_known and any(view.state not in OVER and not view.in_aws for view in views)


def _creates(run: RunProgress) -> bool:
    """Whether a deployment, or a try before it, has created a stack."""
    return run.earlier.creates or any(view.verb == "CREATE" for view in run.steps.values())


def _exists(view: StepView | None) -> bool:
    """Whether a stack exists once AWS has finished. One whose creation failed does not."""
    if view is None:
        return False
    failed = view.in_aws.startswith("ROLLBACK_")
    return not failed and (view.state in OVER or bool(view.in_aws))


def _is_deleted(view: StepView | None) -> bool:
    return view is not None and (view.state in OVER or view.in_aws == "DELETE_IN_PROGRESS")


def _spent(run: RunProgress, now: float, speed: float) -> Decimal | None:
    """Return what the stacks have cost by now that this run, or a try before it, has created."""
    if not run.prospects.unused or run.destroys or run.watched:
        return None
    spent = run.earlier.spent
    for stack, monthly in run.prospects.unused.items():
        step = DISTRIBUTION if stack == "edge" else stack
        view = run.steps.get(step)
        if view and view.verb == "CREATE" and view.started is not None:
            began, failed = view.started, view.state is State.FAILED
            ended = view.ended if failed and view.ended is not None else now
        elif run.earlier.creates and step in run.earlier.steps:
            began, ended = run.started, now
        else:
            continue
        hours = Decimal((ended - began) * speed / 3600)
        spent += max(monthly, Decimal(0)) * hours / _HOURS_A_MONTH
    return spent


def _so_far(run: RunProgress, now: float, speed: float) -> dict[str, StepSoFar]:
    return {
        view.id: StepSoFar(
            max((view.elapsed(now) or 0.0) * speed, 0.0),
            view.state in OVER,
            view.state is State.DONE,
        )
        for view in run.steps.values()
        if view.state in _BEGUN
    }


def _expected(run: RunProgress, now: float, speed: float) -> tuple[dict[str, float], bool]:
    """Return the seconds that each step is expected to take, and whether it may be more.

    A site that exists is changed, and most of its steps find nothing to do. Nobody knows which ones
    before they begin, but what needs a stack that is only created now has to be created, too. After
    an earlier try it is known what is left to create.
    """
    usual, changes, earlier = run.prospects.usual, run.prospects.changes, run.earlier
    if run.destroys:
        return dict(usual), False
    views, expects, created = run.steps, dict[str, float](), set[str]()
    exists = run.exists or bool(earlier.steps)
    at_least = False
    for step in deployment(run.prospects.shape).steps:
        view = views.get(step.id)
        missing = earlier.creates and step.id not in earlier.steps
        new = (view is not None and view.verb == "CREATE") or bool(step.needs & created) or missing
        if not exists or new:
            expects[step.id] = usual.get(step.id, USUAL)
            if new:
                created.add(step.id)
        elif view is None or view.state is State.WAITING:
            expects[step.id] = USUAL
            at_least = at_least or not earlier.creates
        elif view.state is State.UNCHANGED:
            expects[step.id] = USUAL
        else:
            works = view.verb == "UPDATE" or (view.elapsed(now) or 0.0) * speed > _AT_WORK
            known = changes.get(step.id, usual.get(step.id, USUAL))
            expects[step.id] = known if works else USUAL
    return expects, at_least
