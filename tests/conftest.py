"""What tests of several rooms share."""

import os
from collections.abc import Iterator

import pytest

from solarrally_tui.simulator.child import Account, Child


@pytest.fixture(scope="session")
def account() -> Iterator[Account]:
    """The embedded account as a child process, at instant speed, one for the whole session."""
    child = Child(speed="instant")
    yield child.start()
    child.stop()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run: a skip hides what nobody looked at."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("A test was skipped, and CI allows none.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
