"""What the Application screen looks like in each of its states."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.screens.application import screen as application
from solarrally_tui.source.finding import Level, Place, SourceFinding
from solarrally_tui.wizard.applications import ImageCheck, SourceCheck
from solarrally_tui.wizard.session import Session
from tests.screens.application.test_application import BLOCKER, IMAGE, OFFLINE
from tests.screens.scripted.services import SOUND, Scripted
from tests.screens.support import app_at, settle, walk

SMALL, LARGE, HUGE = (80, 24), (120, 40), (200, 60)
Shown = Callable[..., bool]
UNSTORED = SourceFinding(
    "never-stored",
    Level.WARNING,
    "Nothing is ever stored in the table charging_sessions, so its lists stay empty.",
    (Place("backend/models/user.py", 52, "the table charging_sessions"),),
    "expect live figures without a history.",
)


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "CALM_SECONDS", 0.0)


@pytest.fixture
def shown(snap_compare: Callable[..., bool], session: Session) -> Shown:
    def compare(size: tuple[int, int] = SMALL, *keys: str, wait: bool = True) -> bool:
        app = app_at("application", session)

        async def ready(pilot: Pilot[None]) -> None:
            await (settle(app, pilot) if wait else pilot.pause(0.2))
            for field in app.screen.query("Input"):
                field.cursor_blink = False  # type: ignore[attr-defined]
            for key in keys:
                await walk(pilot, key, seconds=0.1)

        return snap_compare(app, terminal_size=size, run_before=ready)

    return compare


@pytest.mark.parametrize("size", [SMALL, LARGE, HUGE])
def test_source_with_warnings(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    known = SOUND.findings
    services.applications.recorded = SourceCheck((UNSTORED, *known), SOUND.committed, SOUND.checked)
    assert shown(size)


def test_source_that_cannot_run(shown: Shown, services: Scripted) -> None:
    services.applications.recorded = SourceCheck((BLOCKER, *SOUND.findings), SOUND.committed)
    assert shown(SMALL, "ctrl+n")


def test_source_is_fetched(shown: Shown, services: Scripted, session: Session) -> None:
    session.site.draft.set("application.commit", "e" * 40)
    services.applications.hold.clear()
    assert shown(wait=False)


def test_source_out_of_reach(shown: Shown, services: Scripted, session: Session) -> None:
    session.site.draft.set("application.commit", "e" * 40)
    services.applications.checked = OFFLINE
    assert shown()


def test_branch_that_moved_on(shown: Shown, session: Session) -> None:
    session.site.draft.set("application.ref", "main")
    session.site.draft.set("application.commit", "e" * 40)
    assert shown()


@pytest.mark.parametrize("size", [SMALL, LARGE, HUGE])
def test_image(shown: Shown, session: Session, size: tuple[int, int]) -> None:
    session.site.draft.set("application.image", IMAGE)
    assert shown(size)


def test_image_by_tag(shown: Shown, session: Session) -> None:
    session.site.draft.set("application.image", "ghcr.io/owner/solarrally:latest")
    assert shown(SMALL, "ctrl+n")


def test_image_for_another_processor(shown: Shown, services: Scripted, session: Session) -> None:
    session.site.draft.set("application.image", IMAGE)
    what = "The image is for linux/amd64, and the tasks are linux/arm64."
    wrong = SourceFinding("image-architecture", Level.BLOCKED, what, (Place("ghcr.io/x"),), "x.")
    services.applications.image_checked = ImageCheck("", (wrong,))
    assert shown(SMALL, "ctrl+n")


def test_image_out_of_reach(shown: Shown, services: Scripted, session: Session) -> None:
    session.site.draft.set("application.image", IMAGE)
    services.applications.image_checked = AwsError(
        "ExpiredToken", "expired", "ecr", "batch_get_image"
    )
    assert shown()


@pytest.mark.parametrize("size", [SMALL, LARGE, HUGE])
def test_findings(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    services.applications.recorded = SourceCheck((UNSTORED, *SOUND.findings), None)
    assert shown(size, "f3")
