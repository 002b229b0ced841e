"""The stage of a demonstration as the wizard sees it. The command line implements it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Story(Protocol):
    """One scenario."""

    @property
    def id(self) -> str:
        """Return its short name."""

    @property
    def title(self) -> str:
        """Return a line for a list."""

    @property
    def text(self) -> str:
        """Return what the person will see."""


class Stage(Protocol):
    """Sets scenarios and the pace of a simulated account. Real accounts have none."""

    current: str

    @property
    def scenarios(self) -> Sequence[Story]:
        """Return every scenario."""

    @property
    def pace(self) -> str:
        """Return the pace in words."""

    @property
    def answers(self) -> Mapping[str, Any]:
        """Return the answers that the scenario sets, by dotted path."""

    async def play(self, scenario: str) -> None:
        """Set up a scenario."""

    def begun(self) -> None:
        """Note that a deployment begins."""

    async def pause(self) -> None:
        """Stop the simulated time, or resume it."""

    async def faster(self) -> None:
        """Double the pace."""

    async def normal(self) -> None:
        """Go back to the pace of the start."""

    def viewed(self, url: str) -> str:
        """Return a dashboard's address as a browser opens it."""
