import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.simulator.child import Account, Child
from tests.clients import owner as root
from tests.policy.operators import deployer, operator
from tests.provisioning.engine_setup import StandingSite, deployed, opened, site_named


@pytest.fixture
async def door(account: Account) -> AsyncIterator[Door]:
    """What an operator has who has the printed deploy policy, and no more."""
    async with opened(account) as created:
        yield created


@pytest.fixture
async def owner(account: Account) -> AsyncIterator[Door]:
    """The account's root user, for what no operator does."""
    async with opened(root(account)) as created:
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
    yield operator(child.start())
    child.stop()


@pytest.fixture
async def own_door(own_account: Account) -> AsyncIterator[Door]:
    """An operator in an account of the module's own."""
    async with opened(own_account) as created:
        yield created


@pytest.fixture
async def own_owner(own_account: Account) -> AsyncIterator[Door]:
    """The root user of the module's own account, for what is there before and beside a site."""
    async with opened(root(own_account)) as created:
        yield created
