"""The site on which tests and the table of states try things: small, with a charger."""

from pathlib import Path
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from tests.health.health_setup import BreakableSite

SITE: Final[dict[str, Any]] = {
    "name": "breakable",
    "region": "eu-central-1",
    "tier": "small",
    "alerts": {"email": "ops@example.com"},
    "size": {"interval_seconds": 1},
}


async def stand(account: Account, *folders: Path, has_hub: bool = False) -> BreakableSite:
    """Deploy the site, and add a charger for each folder, which gets its files and its name."""
    return await stand_with(account, {"hub": True} if has_hub else {}, *folders)


async def stand_with(
    account: Account, size: dict[str, Any], *folders: Path, name: str = str(SITE["name"])
) -> BreakableSite:
    """Deploy the site with other sizes, and under another name."""
    answers = {**SITE, "name": name, "size": {**SITE["size"], **size}}
    async with await Door.open("us-east-1") as door:
        outcome = await deploy(from_answers(answers), door, lambda _: None)
        assert outcome.exit_code is Exit.OK, outcome.cause
        site = await DeployedSite.open(door, name)
        for folder in folders:
            await add(folder.name, site, folder)
    outputs = {stack: dict(values) for stack, values in outcome.outputs.items()}
    return BreakableSite(account, site.record, outputs, folders[0])
