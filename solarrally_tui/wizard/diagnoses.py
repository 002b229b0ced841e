"""What the diagnosis screen needs: why a site is not well."""

from collections.abc import Callable
from typing import Protocol

from typing_extensions import override

from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.health.diagnosis import examine
from solarrally_tui.health.diagnosis.model import Diagnosis
from solarrally_tui.wizard.model import Opener

Progress = Callable[[int, int, str], None]
"""Called with how many sources have answered, of how many, and which one was last."""


class Diagnoses(Protocol):
    """Examines sites. Only reads."""

    async def examine(self, name: str, progress: Progress) -> Diagnosis:
        """Find out why a site is not well. Raises AwsError where the site cannot be found."""


class EngineDiagnoses(Diagnoses):
    """Asks AWS."""

    def __init__(self, at: Opener) -> None:
        self._at = at

    @override
    async def examine(self, name: str, progress: Progress) -> Diagnosis:
        return await examine.examine(await DeployedSite.open(await self._at(None), name), progress)
