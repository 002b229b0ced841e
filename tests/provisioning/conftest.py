import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.simulator.child import Account, Child
from tests.provisioning.engine_setup import StandingSite, deployed, opened, site_named


@pytest.fixture
async def door(account: Account) -> AsyncIterator[Door]:
    async with opened(account) as created:
        yield created


@pytest.fixture(scope="session")
def standing(account: Account) -> StandingSite:
    site = site_named("engine-home")

    async def make() -> StandingSite:
        async with opened(account) as door:
            return StandingSite(site, *await deployed(site, door))

    return asyncio.run(make())


@pytest.fixture(scope="module")
def own_account() -> Iterator[Account]:
    """An account of a test module's own; each test leaves it as empty as it found it."""
    child = Child(speed="instant")
    yield child.start()
    child.stop()
