"""What the diagnosis screen needs from the outside."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from solarrally_tui.health.diagnosis.model import Diagnosis

Progress = Callable[[int, int, str], None]
"""Told how many sources have answered, of how many, and which one was last."""


class Diagnoses(Protocol):
    """Examines sites. Only reads."""

    async def examine(self, name: str, progress: Progress) -> "Diagnosis":
        """Say why a site is not well. Raises AwsError where the site itself cannot be found."""
