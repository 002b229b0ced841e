"""The steps of a run as one list that fits its room, folded where there is little. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from textual.content import Content

from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.common.words import DIM, colour, mark
from solarrally_tui.screens.picture.endings import not_begun
from solarrally_tui.text.enumeration import enumerated
from solarrally_tui.text.table import cut
from solarrally_tui.wizard.run_progress import RunProgress, StepView

_COLUMN: Final = 36
"""Columns that a step needs: sign, title and time."""

_APART: Final = 2
ATTENTION: Final = (State.FAILED, State.WAITING_FOR_YOU, State.OUT_OF_SIGHT, State.WARN)
"""States of steps that somebody has to see, in this order."""

_FOLDED: Final = (State.RUNNING, State.DONE, State.UNCHANGED, State.WAITING)
"""States whose steps share a line where there is no room for a line each, in this order."""

FEWEST: Final = 3
"""Rows in which a folded list says something of every step: working, done, waiting."""


@dataclass(frozen=True, slots=True)
class Room:
    """What there is for the list."""

    columns: int
    rows: int


def rows_of_all(count: int, columns: int) -> int:
    """Return the rows in which so many steps each have a place."""
    return ceil(count / max(columns // _COLUMN, 1))


def rows_folded(views: Sequence[StepView]) -> int:
    """Return the rows of the list where the finished steps share a line, and so do others."""
    of_all = Counter(view.shown for view in views)
    shared = sum(state in of_all for state in _FOLDED if state is not State.RUNNING)
    return shared + sum(of_all[state] for state in (*ATTENTION, State.RUNNING))


def step_list(run: RunProgress, room: Room) -> Content:
    """Return the steps in at most so many rows: a place for each, or the finished ones folded."""
    views, now = list(run.steps.values()), run.clock()
    if room.rows < 1:
        return Content("")
    if rows_of_all(len(views), room.columns) <= room.rows:
        # Once all is well, how each step went matters less than what is said above.
        listed = _in_columns(views, now, room)
        return Content.styled(listed.plain, DIM) if _all_well(run) else listed
    return _folded(views, now, room, {State.WAITING: not_begun(run).word})


def _all_well(run: RunProgress) -> bool:
    return run.succeeded and not any(view.shown in ATTENTION for view in run.steps.values())


def _in_columns(views: Sequence[StepView], now: float, room: Room) -> Content:
    columns = max(min(room.columns // _COLUMN, len(views)), 1)
    rows = ceil(len(views) / columns)
    width = min(room.columns // columns - _APART, _COLUMN + 8)
    lines = []
    for row in range(rows):
        cells = [_step(view, now, width) for view in views[row::rows]]
        lines.append(Content(" " * _APART).join(cells))
    return Content("\n").join(lines)


def _folded(
    views: Sequence[StepView], now: float, room: Room, words: Mapping[State, str]
) -> Content:
    """Return a line for each step that works or needs attention, and one for all of a state.

    Where that is too much, the other states share a line. words: of states that have others here.
    """
    single = [view for state in ATTENTION for view in views if view.shown is state]
    groups = {state: [view for view in views if view.shown is state] for state in _FOLDED}
    others = [state for state in _FOLDED[1:] if groups[state]]
    single += groups[State.RUNNING]
    named = {state: words.get(state, state.word) for state in others}
    if len(single) > room.rows - len(others):
        counts = [Content.assemble(mark(s), (f"{len(groups[s])} {named[s]}", DIM)) for s in others]
        shared = [Content("   ").join(counts).truncate(room.columns, ellipsis=True)][: len(counts)]
    else:
        shared = [_together(state, groups[state], room.columns, named[state]) for state in others]
    left = room.rows - len(shared)
    if len(single) > left:
        single, more = single[: max(left - 1, 0)], single[max(left - 1, 0) :]
    else:
        more = []
    width = min(room.columns, 2 * _COLUMN)
    lines = [_step(view, now, width) for view in single]
    lines += [_others(more, room.columns)] if more else []
    return Content("\n").join([*lines, *shared][: room.rows])


def _others(views: Sequence[StepView], columns: int) -> Content:
    """Return in one line the steps that have no line: those that only work, or how each is."""
    first = views[0].shown
    if first is State.RUNNING:
        return _together(first, views, columns, "also working")
    if all(view.shown is first for view in views):
        said = _that_fit(f"{len(views)} {first.word}: ", views, columns - 2)
    else:
        said = ", ".join(f"{view.title}: {view.shown.word}" for view in views)
    return Content.assemble(mark(first), (cut(said, columns - 2), colour(first)))


def _that_fit(head: str, views: Sequence[StepView], columns: int) -> str:
    """Return the titles that have room behind some words, and how many more there are."""
    titles = [view.title for view in views]
    lines = [head + enumerated(titles, most) for most in range(len(titles), 0, -1)]
    return next((line for line in lines if len(line) <= columns), lines[-1])


def _step(view: StepView, now: float, width: int) -> Content:
    """Return one step: sign, title, and its time, or the word for what is not as planned."""
    elapsed = view.elapsed(now)
    state = view.shown
    said = state.word if state in ATTENTION and width >= _COLUMN - 4 else ""
    shown = said or (clock(elapsed) if elapsed is not None else "")
    room = max(width - 3 - len(shown), 8)
    style = DIM if state is State.WAITING else "bold" if state is State.RUNNING else ""
    return Content.assemble(
        mark(state),
        (f"{cut(view.title, room):<{room}} ", style),
        (shown, colour(state) if said else DIM),
    )


def clock(value: float) -> str:
    """Return a duration such as 3:05, or 1:03:05."""
    minutes, rest = divmod(int(max(value, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _together(state: State, views: Sequence[StepView], columns: int, word: str) -> Content:
    text = _that_fit(f"{len(views)} {word}: ", views, columns - 2)
    return Content.assemble(mark(state), (cut(text, columns - 2), DIM))
