"""Where the boxes of a diagram are, and what is written in them: the same for every drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from solarrally_tui.architecture.diagram import SUPPORT, Box, BoxId, Diagram

COLUMNS: Final = 5
LANES: Final = 2
"""The way of a message above, the way of a request below; they meet where the tasks are."""

_WAYS: Final[tuple[tuple[tuple[BoxId, ...], ...], ...]] = (
    (
        (BoxId.CHARGERS,),
        (BoxId.MESSAGES,),
        (BoxId.HUB, BoxId.QUEUE),
        (BoxId.TASKS, BoxId.FUNCTIONS),
        (BoxId.DATABASE,),
    ),
    ((BoxId.PEOPLE,), (BoxId.FIREWALL,), (BoxId.DELIVERY,), (BoxId.BALANCER, BoxId.API)),
)
"""By lane and column: the box of a site with tasks, and the one that functions have there."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What is written in a box."""

    title: str
    details: tuple[str, ...] = ()
    price: str = ""
    short: str = ""
    """The title where there is little room; empty for the same."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A place among COLUMNS and LANES, from 0."""

    column: int
    lane: int


CELLS: Final[Mapping[BoxId, Cell]] = {
    box: Cell(column, lane)
    for lane, way in enumerate(_WAYS)
    for column, boxes in enumerate(way)
    for box in boxes
}
"""Places on the two ways. Where a site lacks a box, an arrow passes through its place."""


def support(shown: Diagram) -> tuple[Box, ...]:
    """Return the boxes below the ways: they serve all others."""
    return tuple(box for box in shown.boxes if box.id in SUPPORT)
