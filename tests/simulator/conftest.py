"""What tests of the embedded account share."""

import pytest
from simulator_bench import Bench

from solarrally_tui.simulator.child import Account


@pytest.fixture
def bench(account: Account) -> Bench:
    """An AWS account of the test's own."""
    return Bench(account)
