"""Sites with their iot stack in the embedded account, and a listener with the bridge's policy."""

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from tests.chargers.charger_setup import Listener, client, deploy_iot, known, listening


@pytest.fixture(scope="session")
def alpha_site(account: Account) -> Site:
    return deploy_iot(account, "alpha-chargers")


@pytest.fixture(scope="session")
def beta_site(account: Account) -> Site:
    return deploy_iot(account, "beta-chargers")


@pytest.fixture
def alpha(alpha_site: Site, door: Door) -> DeployedSite:
    return known(alpha_site, door)


@pytest.fixture
def beta(beta_site: Site, door: Door) -> DeployedSite:
    return known(beta_site, door)


@pytest.fixture(scope="session")
def iot(account: Account) -> Any:
    return client(account, "iot")


@pytest.fixture
async def door(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    # Another Region than the site's: chargers must find theirs by the record.
    async with await Door.open("eu-central-1") as opened:
        yield opened


@pytest.fixture
def name() -> str:
    return f"wall-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def bridge(account: Account, iot: Any, alpha_site: Site, tmp_path: Path) -> Iterator[Listener]:
    folder = tmp_path / "bridge"
    folder.mkdir()
    with listening(account, iot, alpha_site.name, folder) as listener:
        yield listener


@pytest.fixture
async def recorded(alpha: DeployedSite) -> AsyncIterator[None]:
    """The command line finds a site by its record."""
    await record.write(alpha.door, alpha.site, "123456789012")
    yield
    await record.delete(alpha.door, alpha.name)
