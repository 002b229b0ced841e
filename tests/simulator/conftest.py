"""What tests of the embedded account share."""

import pytest

from solarrally_tui.simulator.child import Account
from tests.simulator.simulator_setup import Bench


@pytest.fixture
def bench(account: Account) -> Bench:
    """An AWS account of the test's own."""
    return Bench(account)
