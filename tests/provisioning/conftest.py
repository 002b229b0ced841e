import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.simulator.child import Account, Child
from tests.policy.operators import deployer, operator
from tests.provisioning.engine_setup import StandingSite, deployed, opened, site_named


@pytest.fixture
async def door(account: Account) -> AsyncIterator[Door]:
    """What an operator has who has the printed deploy policy, and no more."""
    async with opened(operator(account)) as created:
        yield created


@pytest.fixture
async def owner(account: Account) -> AsyncIterator[Door]:
    """The account's root user, for what no operator does."""
    async with opened(account) as created:
        yield created


@pytest.fixture(scope="session")
def standing(account: Account) -> StandingSite:
    site = site_named("engine-home")

    async def make() -> StandingSite:
        async with opened(deployer(account, site.name)) as door:
            return StandingSite(site, *await deployed(site, door))

    return asyncio.run(make())


@pytest.fixture(scope="module")
def own_account() -> Iterator[Account]:
    """An account of a test module's own; each test leaves it as empty as it found it."""
    child = Child(speed="instant")
    yield child.start()
    child.stop()
