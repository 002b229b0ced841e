"""What tests of the embedded account share."""

import pytest

from solarrally_tui.simulator.child import Account
from tests.clients import owner
from tests.simulator.simulator_setup import IsolatedAccount


@pytest.fixture(scope="session")
def account(account: Account) -> Account:
    """The embedded account as its owner sees it: these tests are about the account itself."""
    return owner(account)


@pytest.fixture
def aws(account: Account) -> IsolatedAccount:
    """An AWS account of the test's own."""
    return IsolatedAccount(account)
