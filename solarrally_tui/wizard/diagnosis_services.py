"""The real services of the diagnosis screen."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from solarrally_tui.wizard.diagnosis_ports import Progress

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.health.diagnosis.model import Diagnosis

Opener = Callable[[str | None], Awaitable["Door"]]


class EngineDiagnoses:
    """Asks AWS."""

    def __init__(self, at: Opener) -> None:
        self._at = at

    async def examine(self, name: str, progress: Progress) -> "Diagnosis":
        """Say why a site is not well. Raises AwsError where the site itself cannot be found."""
        from solarrally_tui.deployed.site import DeployedSite  # noqa: PLC0415
        from solarrally_tui.health.diagnosis.examine import examine  # noqa: PLC0415

        return await examine(await DeployedSite.open(await self._at(None), name), progress)
