"""The deployed site that tests of this room share: deployed once in each process."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.simulator.child import Account
from tests.health.health_setup import BreakableSite, ChargerOnline
from tests.health.standing_site import stand

_DEPLOYED: dict[str, BreakableSite] = {}
"""By the endpoint of the account. Each test repairs what it breaks."""


@pytest.fixture(scope="module")
def site(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BreakableSite]:
    """A small site with a charger online, and a door for reading in another Region."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in account.environment.items():
            patch.setenv(name, value)
        with asyncio.Runner() as runner:
            if account.endpoint_url not in _DEPLOYED:
                folder = tmp_path_factory.mktemp("charger") / "wall-1"
                _DEPLOYED[account.endpoint_url] = runner.run(stand(account, folder))
            reading = runner.run(Door.open("us-east-1", read_only=True))
            deployed = replace(_DEPLOYED[account.endpoint_url], door=reading)
            deployed.online.append(ChargerOnline(deployed.charger))
            yield deployed
            deployed.online.pop().stop()
            runner.run(reading.close())
