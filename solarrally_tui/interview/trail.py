"""Where Escape leads: back through the places that a person came through. Pure."""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.interview.draft import FIRST_STEP
from solarrally_tui.interview.steps import BY_ID, neighbour

FLEET: Final = "fleet"
DIAGNOSIS: Final = "diagnosis"
_BESIDE: Final = {FLEET: "Fleet", DIAGNOSIS: "Diagnosis"}
"""Places that are no steps, and what they are called."""
_BEFORE_THEM: Final = "status"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one can be in the wizard."""

    name: str
    """The id of a step, or of a place beside the steps."""
    check: str = ""
    """Of a diagnosis: the id of the check in question."""

    @property
    def title(self) -> str:
        """What the place is called."""
        return _BESIDE.get(self.name) or BY_ID[self.name].title

    @property
    def before(self) -> "Place":
        """Where Escape leads for somebody who came here first."""
        return Place(_BEFORE_THEM if self.name in _BESIDE else neighbour(self.name, -1))


Trail = tuple[Place, ...]
"""The places that a person came through, the last one first to return to."""


def onward(trail: Trail, here: Place, to: Place, *, returns: bool = False) -> Trail:
    """Return the trail of somebody who goes to another place.

    Who goes to a place that they came through is back there, and on the way that led to it.
    returns: whether Escape leads back here all the same, as after a look at another step.
    """
    if to.name in {here.name, FIRST_STEP}:
        return trail if to.name == here.name else ()
    names = [place.name for place in trail]
    if to.name in names and not returns:
        return trail[: names.index(to.name)]
    return (*trail, here)


def back_from(trail: Trail, here: Place) -> Place:
    """Return where Escape leads."""
    return trail[-1] if trail else here.before
