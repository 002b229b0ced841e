"""The steps of a run over its time: a row for each, on one axis that ends where it is expected to.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from solarrally_tui.provisioning.deployment.step_graph import deployment
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.graph import Graph
from solarrally_tui.provisioning.teardown.step_graph import TEARDOWN
from solarrally_tui.screens.common.words import DIM, colour, inked, mark
from solarrally_tui.screens.provision.step_list import clock
from solarrally_tui.screens.widgets.chart import Mark, axis
from solarrally_tui.wizard.run_outlook import RunOutlook
from solarrally_tui.wizard.run_progress import RunProgress, StepView

COLUMNS: Final = 110
"""From which on the bars have room enough to be compared."""
_TITLE, _TIME = 27, 8
_TICKS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
"""Seconds between two names of the axis."""
_TICK: Final = 18
"""Columns between them at least."""
_LEGEND: Final = "█░ longest way   ━· other steps"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a step runs, in seconds since the run began."""

    start: float
    end: float


def rows_of(run: RunProgress) -> int:
    """Return the rows of the chart: one for each step, and the axis."""
    return len(run.steps) + 1


def spans(run: RunProgress, known: RunOutlook) -> Mapping[str, Span]:
    """Return when each step ran, and when those that are not over are expected to."""
    now = _now(run)
    failing = any(view.fails for view in run.steps.values())
    found = {}
    for id_, view in run.steps.items():
        start, end = known.ahead.get(id_, (None, 0.0))
        if view.started is not None:
            began = max(view.started - run.started, 0.0)
            ended = (
                view.ended - run.started if view.ended is not None else now + end * (not view.fails)
            )
            found[id_] = Span(began, max(ended, began))
        elif start is not None and view.state is State.WAITING and not failing:
            found[id_] = Span(now + start, now + end)
    return found


def longest_way(found: Mapping[str, Span], graph: Graph) -> frozenset[str]:
    """Return the steps that decide when the run ends.

    From the last one to end, back to that for which each waited longest. What AWS only had to
    accept is taken to be accepted at once.
    """
    by_id = {step.id: step for step in graph.steps if step.id in found}
    way = set[str]()
    last = max(by_id, key=lambda id_: found[id_].end, default="")
    while last:
        way.add(last)
        met = [(found[id_].end, id_) for id_ in by_id[last].needs if id_ in by_id]
        met += [(found[id_].start, id_) for id_ in by_id[last].needs_accepted if id_ in by_id]
        last = max(met, default=(0.0, ""))[1]
    return frozenset(way)


def time_chart(run: RunProgress, known: RunOutlook, columns: int) -> Content:
    """Return the steps with their bars: full until now, dotted where they are expected."""
    found, now = spans(run, known), _now(run)
    # Of a run that fails nothing more is planned than AWS ends what it has begun.
    left = 0.0 if any(view.fails for view in run.steps.values()) else known.seconds_left or 0.0
    whole = max([span.end for span in found.values()] + [now + left, 1.0])
    graph = TEARDOWN if run.destroys else deployment(run.prospects.shape)
    way = longest_way(found, graph) if known.ahead else frozenset[str]()
    titles = max([_TITLE, *(len(view.title) for view in run.steps.values())])
    room = columns - 2 - titles - _TIME - 2
    scale = _Scale(whole, now, room)
    lines = []
    for id_, view in run.steps.items():
        thick = id_ in way
        named = _named(view, run.clock(), titles, thick=thick)
        lines.append(Content.assemble(*named, *_bar(view, found.get(id_), scale, thick=thick)))
    legend = _LEGEND if way else ""
    last = "now" if run.ended is None else "end"
    below = axis(_marks(whole, (now / whole, last), room), room)
    lines.append(Content.styled(f"{legend:<{columns - room}}{below}", DIM))
    return Content("\n").join(lines)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Seconds of the whole run, those until now, and the columns for them."""

    whole: float
    now: float
    room: int

    def column(self, seconds: float) -> int:
        return min(round(seconds / self.whole * self.room), self.room)


def _named(view: StepView, now: float, titles: int, *, thick: bool) -> list[tuple[str, str]]:
    """Return a step's sign, title and time, as they stand before its bar.

    titles: columns of the titles.
    """
    elapsed = view.elapsed(now)
    time = "" if elapsed is None else clock(elapsed)
    style = "bold" if thick else DIM if view.shown is State.WAITING else ""
    return [
        mark(view.shown),
        (f"{view.title:<{titles}}", style),
        (f"{time:>{_TIME}}  ", DIM),
    ]


def _bar(
    view: StepView, span: Span | None, scale: _Scale, *, thick: bool
) -> list[Content | tuple[str, str]]:
    """Return a step's bar: what it did in the colour of its state, what is expected, and now."""
    now, room = min(scale.column(scale.now), scale.room - 1), scale.room
    if span is None:
        return [inked(f"{'│':>{now + 1}}", DIM)]
    first = min(scale.column(span.start), room - 1)
    last = max(scale.column(span.end), first + 1)
    begun = first
    if view.started is not None:
        begun = max(scale.column(min(span.end, scale.now)), first + 1)
    full, dotted = ("█", "░") if thick else ("━", "·")
    before, after = " " * first, " " * (room - last)
    if now < first:
        before = f"{' ' * now}│{' ' * (first - now - 1)}"
    elif now >= last:
        after = f"{' ' * (now - last)}│"
    return [
        inked(before, DIM),
        (full * (begun - first), colour(view.shown)),
        (dotted * (last - begun), DIM),
        inked(after.rstrip(), DIM),
    ]


def _now(run: RunProgress) -> float:
    """Return how many seconds a run has taken until now, or took."""
    return (run.clock() if run.ended is None else run.ended) - run.started


def _marks(whole: float, last: Mark, room: int) -> list[Mark]:
    """Return the moments that the axis names: round ones, and the last."""
    most = max(room // _TICK, 1)
    step = next((tick for tick in _TICKS if whole / tick <= most), _TICKS[-1])
    apart = _TICK / 2 / room
    times = [step * number for number in range(int(whole / step) + 1)]
    ticks = [(time / whole, clock(time)) for time in times if abs(time / whole - last[0]) > apart]
    return sorted([*ticks, last])
