"""An account of its own for the journeys, which deploy and destroy whole sites."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from solarrally_tui.simulator.child import Account, Child
from tests.policy.operators import operator


@pytest.fixture(scope="module")
def journey_account() -> Iterator[Account]:
    """An embedded account that no other test module sees."""
    child = Child(speed="instant")
    yield operator(child.start())
    child.stop()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home folder."""
    return tmp_path_factory.mktemp("home")
