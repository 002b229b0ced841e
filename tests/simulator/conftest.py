"""What tests of the embedded account share."""

import pytest

from solarrally_tui.simulator.child import Account
from tests.simulator.simulator_setup import IsolatedAccount


@pytest.fixture
def aws(account: Account) -> IsolatedAccount:
    """An AWS account of the test's own."""
    return IsolatedAccount(account)
