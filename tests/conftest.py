"""What tests of several rooms share."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from _pytest.unraisableexception import gc_collect_iterations_key

from solarrally_tui.simulator.child import Account, Child
from tests.idle_connections import close_idle

# AWS's models are some hundred thousand objects that stay; looking through all of them for cycles
# as often as Python does by itself took a quarter of the tests' processor time.
gc.set_threshold(100_000, 50, 100)

# A busy machine stops any example for longer than the 200 ms that Hypothesis allows by default.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

# pytest-xdist sets it in its workers: what commands print would depend on how tests are run.
os.environ.pop("COLUMNS", None)

_LONG = ("packaging", "journey", "provisioning", "blueprints", "runtime", "health", "cli")
"""Rooms whose tests deploy things, those that take longest first."""


@pytest.fixture(scope="session")
def account() -> Iterator[Account]:
    """The embedded account as a child process, at instant speed, one for the whole session.

    Its environment has the keys of an operator with the printed deploy policy, and no more: a call
    that the policy lacks fails the test. `tests.clients.owner` is the root user.
    """
    from tests.policy.operators import operator  # not every test needs boto3

    child = Child(speed="instant", scenario="raised-quotas")
    yield operator(child.start())
    child.stop()


@pytest.fixture(scope="module", autouse=True)
def _idle_connections() -> Iterator[None]:
    yield
    close_idle()


def pytest_configure(config: pytest.Config) -> None:
    """Look for cycles once at the end; five times took each worker up to ten seconds."""
    config.stash[gc_collect_iterations_key] = 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left alone with it at the end.

    What is marked as torture has a thinner sibling that always runs.
    """
    if "SOLARRALLY_TORTURE" not in os.environ:
        items[:] = [item for item in items if not item.get_closest_marker("torture")]
    items.sort(key=lambda item: _turn(item.path))


def _turn(path: Path) -> int:
    if "_way" in path.stem or "_site" in path.stem:
        return 0
    room = path.relative_to(Path(__file__).parent).parts[0]
    return _LONG.index(room) if room in _LONG else len(_LONG)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run: a skip hides what nobody looked at."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("A test was skipped, and CI allows none.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
