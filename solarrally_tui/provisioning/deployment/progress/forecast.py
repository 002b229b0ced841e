"""How long a run still takes: the critical path over what its steps usually take. Pure.

While the run goes on, the estimate follows it: steps that are done say by how much this account is
faster or slower than usual, and a step that is overdue is expected to go on for a while.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from solarrally_tui.provisioning.deployment.step_graph import DEPLOYMENT
from solarrally_tui.provisioning.engine.graph import Graph, Step

USUAL: Final = 5.0
"""Seconds of a step that nothing is known of, and of one that finds nothing to change."""

_ACCEPTED: Final = MappingProxyType({"balancer": 10, "distribution": 20})
"""Seconds until AWS has accepted a step that others wait for. All others are quick about it."""

_BELIEVED: Final = 60.0
"""Seconds of steps that are done which count as much as the belief that all is as usual."""

_TELLING: Final = 20.0
"""From how many usual seconds on a step says something about the pace."""

_PACES: Final = (0.4, 3.0)
_OVERDUE: Final = 0.1
"""A step that is overdue takes this part of its time so far once more."""

_SLOWER: Final = 1.5
_SLOWER_BY: Final = 60.0
"""How many times, and by how many seconds, a step takes longer than usual before it is said."""


@dataclass(frozen=True, slots=True)
class StepSoFar:
    """How far one step is, in seconds of AWS."""

    elapsed: float
    """Since it began."""
    is_over: bool = False
    changed: bool = True
    """Whether it changed anything, as far as that is known."""


@dataclass(frozen=True, slots=True)
class Slow:
    """A step that takes longer than it usually does. Seconds of AWS."""

    step: str
    elapsed: float
    usual: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """How a run goes on."""

    seconds_left: float
    """Of AWS."""
    sets_pace: str
    """The step under way at which the others wait longest; empty where none is under way."""
    slow: tuple[Slow, ...] = ()
    ahead: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """When each step that is not over begins and ends, from now; one under way began at 0."""


def forecast(
    usual: Mapping[str, float], so_far: Mapping[str, StepSoFar], graph: Graph = DEPLOYMENT
) -> Forecast:
    """Forecast a run of a graph, whose steps are in order.

    usual: seconds of AWS for each step, 0 for one that is not expected to do anything. so_far: the
    steps that have begun.
    """
    pace = _pace(usual, so_far)
    starts: dict[str, float] = {}
    ends: dict[str, float] = {}
    accepted: dict[str, float] = {}
    before: dict[str, str] = {}
    """The step that each one waits for longest."""
    for step in graph.steps:
        takes = usual.get(step.id, USUAL) * pace
        known = so_far.get(step.id)
        if known and known.is_over:
            ends[step.id] = accepted[step.id] = 0.0
        elif known:
            left = max(takes - known.elapsed, known.elapsed * _OVERDUE)
            starts[step.id], ends[step.id] = 0.0, left
            accepted[step.id] = min(left, max(_until_accepted(step, takes) - known.elapsed, 0.0))
        else:
            start, before[step.id] = _start(step, ends, accepted)
            starts[step.id], ends[step.id] = start, start + takes
            accepted[step.id] = start + _until_accepted(step, takes)
    last = max(ends, key=ends.__getitem__)
    begun = {step for step, each in so_far.items() if not each.is_over}
    while last not in begun and before.get(last):
        last = before[last]
    slow = tuple(
        Slow(step, each.elapsed, usual[step])
        for step, each in so_far.items()
        if not each.is_over
        and usual.get(step, 0.0) >= _TELLING
        and each.elapsed > max(usual[step] * _SLOWER, usual[step] + _SLOWER_BY)
    )
    ahead = {step: (start, ends[step]) for step, start in starts.items()}
    return Forecast(max(ends.values()), last if last in begun else "", slow, ahead)


def _start(
    step: Step, ends: Mapping[str, float], accepted: Mapping[str, float]
) -> tuple[float, str]:
    """Return when a step begins, and at which other one it waits longest."""
    met = [(ends[need], need) for need in step.needs]
    met += [(accepted[need], need) for need in step.needs_accepted]
    return max(met, default=(0.0, ""))


def _until_accepted(step: Step, takes: float) -> float:
    return min(takes, _ACCEPTED.get(step.id, USUAL))


def _pace(usual: Mapping[str, float], so_far: Mapping[str, StepSoFar]) -> float:
    """Return by how much this run is slower than usual, as far as it has shown that."""
    took = expected = _BELIEVED
    for step, each in so_far.items():
        takes = usual.get(step, 0.0)
        # A step under way says something once it is overdue: before, only that it is not fast.
        if takes >= _TELLING and each.changed and (each.is_over or each.elapsed > takes):
            took += each.elapsed
            expected += takes
    return min(max(took / expected, _PACES[0]), _PACES[1])
