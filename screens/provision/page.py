"""How Provision divides its room: the picture, the steps, and what AWS reports. Pure."""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.architecture.text_drawing import LEAST_COLUMNS
from solarrally_tui.screens.picture.widget import ROWS
from solarrally_tui.screens.provision.step_list import FEWEST, rows_of_all
from solarrally_tui.screens.provision.time_chart import COLUMNS

_FOLDED: Final = 7
"""Rows of a folded list of steps while they go on: those at work, and a line for each other state.

More would take them from the picture, which is not to change its size with every step."""
_LOG: Final = 5
"""Rows from which on a few lines of what AWS reports are worth showing."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of each part; 0 for none."""

    picture: int
    steps: int
    log: int
    charts: bool = False
    """Whether the steps are a chart of their times, in place of a list."""


def divided(rows: int, columns: int, steps: int, folded: int = 0, chart: int = 0) -> Rows:
    """Divide rows: the picture in full while every step has its place, the rest for the log.

    folded: rows of the list of steps where it is folded, if that is known not to change any more.
    The picture then gets the room that is left. chart: rows of the times of the steps, where they
    are to be seen as a chart if there is room.
    """
    needed = rows_of_all(steps, columns)
    charts = bool(chart) and columns >= COLUMNS and rows - ROWS[0] - 1 >= chart
    if charts:
        needed = chart
    if rows - ROWS[0] - 1 < needed:
        needed = folded or min(_FOLDED, needed)
    picture = min(max(rows - needed - 1, ROWS[0]), ROWS[1])
    if rows < ROWS[0] + 1 + min(folded or FEWEST, FEWEST) or columns < LEAST_COLUMNS:
        picture = 0
    left = rows - picture - bool(picture)
    of_steps = max(min(needed, left), 0)
    log = left - of_steps - 1
    return Rows(picture, of_steps, log if log >= _LOG else 0, charts)
