"""What tests of several rooms share."""

import gc
import os
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
from _pytest.unraisableexception import gc_collect_iterations_key
from xdist.scheduler import LoadFileScheduling

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

_ENDPOINT = pytest.StashKey[str]()
"""Of the session's account, once it runs."""

_IN_ROOT = pytest.StashKey[set[str]]()
"""Names in the root when the run began."""

_LONG = ("packaging", "journey", "provisioning", "blueprints", "runtime", "health", "cli")
"""Rooms whose tests deploy things, those that take longest first."""

_STANDING = {"provisioning": "StandingSite", "health": "site: BreakableSite"}
"""Rooms with a site that stands, and the words of a module that uses it."""


@pytest.fixture(scope="session")
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    """The embedded account as a child process, at instant speed, one for the whole session.

    Its environment has the keys of an operator with the printed deploy policy, and no more: a call
    that the policy lacks fails the test. `tests.clients.owner` is the root user.
    """
    from tests.policy.operators import operator  # not every test needs boto3

    child = Child(speed="instant", scenario="raised-quotas")
    account = operator(child.start())
    request.config.stash[_ENDPOINT] = account.endpoint_url
    yield account
    child.stop()


@pytest.fixture(scope="module", autouse=True)
def _left_as_found(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close a module's connections, and name the one that leaves the account at another pace.

    The modules after it would wait for what takes AWS minutes, and fail in its stead.
    """
    yield
    close_idle()
    if endpoint := request.config.stash.get(_ENDPOINT, ""):
        url = f"{endpoint}/_solarrally/speed"
        pace = httpx.get(url, trust_env=False).raise_for_status().json()["speed"]
        if pace != "instant":
            httpx.post(url, json={"speed": "instant"}, trust_env=False).raise_for_status()
            pytest.fail(f"These tests leave the account at pace {pace}.")


def pytest_configure(config: pytest.Config) -> None:
    """Look for cycles once at the end; five times took each worker up to ten seconds."""
    config.stash[gc_collect_iterations_key] = 1
    config.stash[_IN_ROOT] = _in_root(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Give what uses the site that stands to one worker: each would deploy one of its own."""
    return Rooms(config, log) if config.getvalue("dist") == "loadfile" else None


class Rooms(LoadFileScheduling):
    """A file is run by one worker, and so are the files of a room that use its standing site."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return _site_used_by(self.config.rootpath / path) or path


@cache
def _site_used_by(path: Path) -> str:
    room = path.relative_to(Path(__file__).parent).parts[0]
    words = _STANDING.get(room)
    return room if words and words in path.read_text("utf-8") else ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left alone with it at the end.

    What is marked as torture has a thinner sibling that always runs.
    """
    if "SOLARRALLY_TORTURE" not in os.environ:
        items[:] = [item for item in items if not item.get_closest_marker("torture")]
    items.sort(key=lambda item: _turn(item.path))


@cache
def _turn(path: Path) -> int:
    if "_way" in path.stem or "_site" in path.stem:
        return 0
    room = path.relative_to(Path(__file__).parent).parts[0]
    return _LONG.index(room) if room in _LONG else len(_LONG)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that left files in the root, and in CI one with a skip, which nobody looked at."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not reporter:  # a worker
        return
    faults = [f"A test left {name} in the root." for name in sorted(_left_in_root(session.config))]
    if os.environ.get("CI") and reporter.stats.get("skipped"):
        faults.append("A test was skipped, and CI allows none.")
    for fault in faults:
        reporter.write_line(fault, red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _left_in_root(config: pytest.Config) -> set[str]:
    """Return what is new in the root and not ignored by Git; nothing where Git does not answer."""
    new = _in_root(config) - config.stash[_IN_ROOT]
    asked = ["git", "check-ignore", "--verbose", "--non-matching", *new]
    told = subprocess.run(asked, cwd=config.rootpath, capture_output=True, text=True, check=False)
    return {line.removeprefix("::\t") for line in told.stdout.splitlines() if line[:2] == "::"}


def _in_root(config: pytest.Config) -> set[str]:
    return {path.name for path in config.rootpath.iterdir()}
