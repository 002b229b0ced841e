"""A wizard on scripted services, in a folder of its own."""

import os
import time
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button, Input

from solarrally_tui.app import WizardApp
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.screens.fleet import screen as fleet
from solarrally_tui.screens.picture import step_picture
from solarrally_tui.screens.status import check_detail, journal, kiosk, wall
from solarrally_tui.screens.status import screen as status
from solarrally_tui.wizard.session import Session, SiteView
from tests.screens.scripted.reports import NOON
from tests.screens.scripted.services import ME, Scripted
from tests.screens.support import ANSWERS, PATIENCE, Open, app_at, drawn, settle, take


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Draw every screen at every size, and each further state of it at one size.

    make torture draws the others, and so does whoever writes the pictures again.
    """
    if "SOLARRALLY_TORTURE" in os.environ or config.option.update_snapshots:
        return
    sizes = defaultdict[str, list[pytest.Function]](list)
    for item in items:
        if isinstance(item, pytest.Function) and "snap_compare" in item.fixturenames:
            asked = getattr(item, "callspec", None)
            if asked and "size" in asked.params and item.originalname != "test_screen":
                others = {name: str(of) for name, of in asked.params.items() if name != "size"}
                sizes[f"{item.path} {item.originalname} {others}"].append(item)
    for state, pictures in sizes.items():
        # Not the first one: all sizes are to occur, and always the same for one state.
        drawn = zlib.crc32(Path(state).name.encode()) % len(pictures)
        for picture in pictures[:drawn] + pictures[drawn + 1 :]:
            picture.add_marker(pytest.mark.torture)
    # What is not drawn is not unused. make torture says what is.
    config.option.warn_unused_snapshots = True


@pytest.fixture(scope="session", autouse=True)
def styles_parsed_once() -> Iterator[None]:
    """Parse a style sheet once for all wizards of a run: a tenth of what a test of them takes."""
    parse, known = Stylesheet._parse_rules, dict[Any, list[RuleSet]]()

    def parsed_once(
        self: Stylesheet,
        css: str,
        read_from: Any,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        source = css, read_from, is_default_rules, tie_breaker, scope
        if source not in self._parse_cache:  # each wizard asks for each a dozen times
            key = *source, frozenset(self._variables.items())
            if key not in known:
                known[key] = parse(self, *source)
            self._parse_cache[source] = known[key]
        return self._parse_cache[source]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parsed_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def patient_pilot() -> Iterator[None]:
    """Let Textual's pilot wait longer than 30 s for a screen that a busy machine draws."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pilot._wait_for_screen, "__defaults__", (PATIENCE,))
        yield


@pytest.fixture
def services() -> Scripted:
    return Scripted()


@pytest.fixture
def store(tmp_path: Path) -> DraftStore:
    return DraftStore(tmp_path / "drafts")


@pytest.fixture
def session(services: Scripted, store: DraftStore) -> Session:
    return Session(services, store, "Simulated account", SiteView(Draft(ANSWERS)), who=ME)


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the screens look at the scripted report four seconds after it was made, in UTC."""
    for module in (status, wall, check_detail, journal, kiosk, fleet):
        monkeypatch.setattr(module, "now", lambda: NOON)
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def still_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


@pytest.fixture
def snap_compare(snap_compare: Callable[..., bool]) -> Callable[..., bool]:
    """Take the picture once all is drawn that is to be, whatever was done before it."""

    def compare(
        app: WizardApp, *, run_before: Callable[[Pilot[None]], Awaitable[None]], **how: Any
    ) -> bool:
        async def ready(pilot: Pilot[None]) -> None:
            await run_before(pilot)
            await drawn(pilot.app, pilot)

        return snap_compare(app, run_before=ready, **how)

    return compare


@pytest.fixture
def shown(
    snap_compare: Callable[..., bool], session: Session, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., bool]:
    """Compare a step with its picture, after keys; over: a dialog that lies over it.

    The clock stands still, and the home is the same everywhere.
    """
    monkeypatch.setenv("HOME", "/home/ops")
    monkeypatch.setattr(step_picture, "_PAUSE", 0.0)

    def compare(
        step: str,
        size: tuple[int, int] = (80, 24),
        *keys: str,
        over: Screen[Any] | None = None,
        **facts: Any,
    ) -> bool:
        take(session, facts)
        app = app_at(step, session)

        async def ready(pilot: Pilot[None]) -> None:
            await settle(app, pilot)
            if over is not None:
                app.push_screen(over)
                await settle(app, pilot)
            for field in app.screen.query(Input):
                field.cursor_blink = False
            for button in app.screen.query(Button):
                button.active_effect_duration = 0  # it looks pressed for a fifth of a second
            if keys:
                await pilot.press(*keys)
                await settle(app, pilot)

        return snap_compare(app, terminal_size=size, run_before=ready)

    return compare


@pytest.fixture
def at(session: Session) -> Open:
    """Open the wizard at a step; yields app and pilot once nothing is under way."""

    @asynccontextmanager
    async def open_at(
        step: str, size: tuple[int, int] = (80, 24), **facts: Any
    ) -> AsyncIterator[tuple[WizardApp, Pilot[None]]]:
        take(session, facts)
        app = app_at(step, session)
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            yield app, pilot

    return open_at
