"""What tests of several rooms share."""

from collections.abc import Iterator

import pytest

from solarrally_tui.simulator.child import Account, Child


@pytest.fixture(scope="session")
def account() -> Iterator[Account]:
    """The embedded account as a child process, at instant speed, one for the whole session."""
    child = Child(speed="instant")
    yield child.start()
    child.stop()
