"""The Application screen: what is pinned, what is found, what holds Next, and what never does."""

import asyncio

import pytest
from textual.widgets import Button, Input

from solarrally_tui.app import WizardApp
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.screens.application import screen as application
from solarrally_tui.screens.application.source_findings import FindingsScreen, SourceLine
from solarrally_tui.screens.widgets.field import field_id
from solarrally_tui.site.model import DEFAULT_COMMIT
from solarrally_tui.source.finding import Level, Place, SourceFinding
from solarrally_tui.source.reference import FetchError, ResolvedCommit
from solarrally_tui.wizard.applications import ImageCheck, SourceCheck
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.services import COMMIT, SOUND, Scripted
from tests.screens.support import Open, screen_text, settle, walk

OWN = "https://git.example.com/me/solarrally.git"
IMAGE = f"ghcr.io/owner/solarrally@sha256:{'ab' * 32}"
BLOCKER = SourceFinding(
    "entry-point",
    Level.BLOCKED,
    "There is no main.py [/x].",
    (Place("backend/main.py"),),
    "add it.",
)
OFFLINE = FetchError("git.example.com cannot be reached from here.")


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "CALM_SECONDS", 0.0)


def entry(app: WizardApp, path: str) -> Input:
    return app.screen.query_one(f"#{field_id(path)} Input", Input)


def plain(app: WizardApp) -> str:
    """Return what is shown as running text, without the rail."""
    lines = (line.split("  ")[-1] if app.size.width > 100 else line for line in _lines(app))
    return " ".join(" ".join(lines).split())


def _lines(app: WizardApp) -> list[str]:
    return [line.rstrip() for line in screen_text(app).splitlines()]


async def typed(app: WizardApp, pilot: object, path: str, text: str) -> None:
    entry(app, path).value = text
    await settle(app, pilot)  # type: ignore[arg-type]


async def test_the_screen_says_that_no_session_is_stored_where_the_source_stores_none(
    at: Open, services: Scripted
) -> None:
    told = "It keeps no past charging sessions"
    async with at("application") as (app, _):
        assert told not in plain(app)  # the scripted source has no such finding
    table = Place("backend/models/user.py", 52, "the table charging_sessions")
    unstored = SourceFinding("never-stored", Level.WARNING, "Nothing is stored.", (table,), "x.")
    services.applications.recorded = SourceCheck((unstored, *SOUND.findings), SOUND.committed)
    async with at("application") as (app, _):
        text = plain(app)
        assert text.index("✓ Built from SolarRally") < text.index(told)


async def test_the_default_commit_is_known_and_nothing_is_asked(
    at: Open, services: Scripted, session: Session
) -> None:
    async with at("application") as (app, pilot):
        assert services.applications.asked == []
        text = plain(app)
        assert "Built from SolarRally of 3 June 2025, adapted to AWS." in text
        assert f"Commit {DEFAULT_COMMIT[:12]}, checked on 2 January 2026." in text
        assert DEFAULT_COMMIT not in text
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert session.site.draft.step == "review"
    assert session.site.draft.site().application.commit == DEFAULT_COMMIT


async def test_a_branch_is_found_pinned_and_looked_at(
    at: Open, services: Scripted, session: Session
) -> None:
    async with at("application") as (app, pilot):
        await typed(app, pilot, "application.ref", "main")
        assert services.applications.asked == ["resolve main", f"look {COMMIT[:8]}"]
        assert entry(app, "application.commit").value == COMMIT
    site = session.site.draft.site()
    assert (site.application.ref, site.application.commit) == ("main", COMMIT)


async def test_another_repository_pins_its_newest_commit_and_the_default_one_its_own(
    at: Open, services: Scripted, session: Session
) -> None:
    async with at("application") as (app, pilot):
        default = entry(app, "application.repository").value
        await typed(app, pilot, "application.repository", OWN)
        assert services.applications.asked == ["resolve ", f"look {COMMIT[:8]}"]
        assert session.site.draft.site().application.ref == "main"
        await typed(app, pilot, "application.ref", "")
        await typed(app, pilot, "application.commit", "")
        await typed(app, pilot, "application.repository", default)
        assert entry(app, "application.commit").value == DEFAULT_COMMIT
    assert session.site.draft.site().application.commit == DEFAULT_COMMIT


async def test_another_repository_keeps_a_commit_that_was_typed(
    at: Open, services: Scripted, session: Session
) -> None:
    async with at("application") as (app, pilot):
        await typed(app, pilot, "application.commit", "f" * 40)
        await typed(app, pilot, "application.repository", OWN)
    assert session.site.draft.site().application.commit == "f" * 40
    assert services.applications.asked[-1] == "look ffffffff"


async def test_a_commit_that_is_typed_ends_the_branch(
    at: Open, services: Scripted, session: Session
) -> None:
    session.site.draft.set("application.ref", "main")
    session.site.draft.set("application.commit", COMMIT)
    async with at("application") as (app, pilot):
        await typed(app, pilot, "application.commit", "f" * 40)
    application_ = session.site.draft.site().application
    assert (application_.ref, application_.commit) == ("", "f" * 40)
    assert services.applications.asked[-1] == "look ffffffff"


async def test_the_latest_wish_counts(at: Open, services: Scripted, session: Session) -> None:
    services.applications.refs["dev"] = ResolvedCommit("d" * 40, "dev")
    services.applications.hold.clear()
    async with at("application") as (app, pilot):
        entry(app, "application.ref").value = "main"
        await pilot.pause(0.05)
        entry(app, "application.ref").value = "dev"
        await pilot.pause(0.05)
        services.applications.hold.set()
        await settle(app, pilot)
        assert services.applications.asked[:2] == ["resolve main", "resolve dev"]
        assert entry(app, "application.commit").value == "d" * 40
    assert session.site.draft.text("application.ref") == "dev"


async def test_a_source_that_cannot_be_had_stops_nobody(
    at: Open, services: Scripted, session: Session
) -> None:
    async with at("application") as (app, pilot):
        for error in (OFFLINE, OSError(28, "No space left on device"), ValueError()):
            services.applications.checked = SOUND
            await typed(app, pilot, "application.commit", "f" * 40)
            assert "The source was not checked." not in screen_text(app)
            services.applications.checked = error
            await typed(app, pilot, "application.commit", "e" * 40)
            assert "▲ The source was not checked." in screen_text(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert session.site.draft.step == "review"


async def test_a_branch_that_is_not_found_keeps_the_commit_and_says_so_once(
    at: Open, services: Scripted, session: Session
) -> None:
    async with at("application", (120, 40)) as (app, pilot):
        await typed(app, pilot, "application.ref", "nowhere")
        assert "no branch or tag named nowhere" in screen_text(app)
        await pilot.press("ctrl+n")
        assert "nowhere was not found. Press Next again to keep the commit." in screen_text(app)
        assert session.site.draft.step == "application"
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert session.site.draft.step == "review"
    site = session.site.draft.site()
    assert (site.application.ref, site.application.commit) == ("", DEFAULT_COMMIT)


async def test_what_cannot_run_holds_next_once_in_words(
    at: Open, services: Scripted, session: Session
) -> None:
    services.applications.checked = SourceCheck((BLOCKER, *SOUND.findings), None)
    async with at("application", (120, 40)) as (app, pilot):
        await typed(app, pilot, "application.commit", "e" * 40)
        assert "✗ SolarRally cannot run: 1 problem stops it." in screen_text(app)
        assert "To do: add it." in screen_text(app)
        await pilot.press("ctrl+n")
        assert "entry-point: it cannot run." in screen_text(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert session.site.draft.step == "review"


async def test_enter_on_a_finding_tells_all_of_it(at: Open, services: Scripted) -> None:
    services.applications.recorded = SourceCheck((BLOCKER,), None)
    async with at("application") as (app, pilot):
        app.screen.query_one(SourceLine).focus()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, FindingsScreen)
        text = screen_text(app)
        assert "Cannot run (1)" in text
        assert "no main.py [/x]" in text
        assert "To do: add it." in text
        assert "entry-point, in backend/main.py" in text


async def test_a_tick_says_what_was_done_and_the_rest_is_below(
    at: Open, services: Scripted
) -> None:
    services.applications.recorded = SOUND
    async with at("application", (120, 40)) as (app, pilot):
        assert "Without it" not in screen_text(app)
        text = await walk(pilot, "f3")
        assert "✓ The user table has a primary key." in text
        assert "Without it: The image starts several workers." in text


async def test_a_branch_that_moved_on_is_offered_and_taken(
    at: Open, services: Scripted, session: Session
) -> None:
    session.site.draft.set("application.ref", "main")
    session.site.draft.set("application.commit", "e" * 40)
    async with at("application", (120, 40)) as (app, pilot):
        assert f"main is now at {COMMIT[:12]} of 3 February 2026." in screen_text(app)
        assert session.site.draft.text("application.commit") == "e" * 40
        app.screen.query_one("#take-newer", Button).press()
        await settle(app, pilot)
        assert "main is now" not in screen_text(app)
    assert session.site.draft.text("application.commit") == COMMIT


async def test_f5_fetches_and_looks_again_and_in_vain_keeps_what_was_known(
    at: Open, services: Scripted
) -> None:
    async with at("application", (120, 40)) as (app, pilot):
        await walk(pilot, "f5")
        assert services.applications.asked == [f"look {DEFAULT_COMMIT[:8]}"]
        services.applications.checked = OFFLINE
        assert "was not checked. git.example.com cannot be reached" in await walk(pilot, "f5")
        assert "Built from SolarRally of 3 June 2025" in screen_text(app)


async def test_an_image_is_looked_at_and_only_the_page_of_the_source_matters(
    at: Open, services: Scripted, session: Session
) -> None:
    async with at("application", (120, 40)) as (app, pilot):
        app.screen.query_one("#kind").focus()
        await pilot.press("down")
        await typed(app, pilot, "application.image", IMAGE)
        text = screen_text(app)
        assert "✓ Found, for linux/arm64." in text
        assert "Web page built from SolarRally of 3 June 2025" in text
        listed = await walk(pilot, "f3")
        assert "The page calls the address that it came from." in listed
        assert "primary key" not in listed
        await walk(pilot, "escape")
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert session.site.draft.step == "review"
    assert session.site.draft.site().application.image == IMAGE


async def test_leaving_the_image_out_goes_back_to_the_source(at: Open, session: Session) -> None:
    session.site.draft.set("application.image", IMAGE)
    async with at("application") as (app, pilot):
        app.screen.query_one("#kind").focus()
        await walk(pilot, "up")
        assert session.site.draft.site().application.image == ""
        await walk(pilot, "down")
        assert session.site.draft.site().application.image == IMAGE


async def test_an_image_by_tag_is_refused_with_the_way_to_the_digest(
    at: Open, session: Session
) -> None:
    session.site.draft.set("application.image", "ghcr.io/owner/solarrally:latest")
    async with at("application", (120, 40)) as (app, pilot):
        await pilot.press("ctrl+n")
        assert "docker buildx imagetools inspect" in plain(app)
        assert session.site.draft.step == "application"


async def test_an_image_for_another_processor_holds_next_once(
    at: Open, services: Scripted, session: Session
) -> None:
    wrong = SourceFinding(
        "image-architecture",
        Level.BLOCKED,
        "The image is for linux/amd64.",
        (Place("ghcr.io/owner/solarrally"),),
        "build it again.",
    )
    services.applications.image_checked = ImageCheck("", (wrong,))
    session.site.draft.set("application.image", IMAGE)
    async with at("application", (120, 40)) as (app, pilot):
        await pilot.press("ctrl+n")
        assert "image-architecture: it cannot run." in screen_text(app)
        assert session.site.draft.step == "application"


async def test_a_registry_that_cannot_be_asked_stops_nobody(
    at: Open, services: Scripted, session: Session
) -> None:
    services.applications.image_checked = AwsError(
        "ExpiredToken", "expired", "ecr", "batch_get_image"
    )
    session.site.draft.set("application.image", IMAGE)
    async with at("application", (120, 40)) as (app, pilot):
        assert "▲ The image was not checked." in screen_text(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert session.site.draft.step == "review"


async def test_no_image_is_said_once(at: Open, session: Session) -> None:
    async with at("application", (120, 40)) as (app, pilot):
        app.screen.query_one("#kind").focus()
        await pilot.press("down", "ctrl+n")
        assert "No image given" in screen_text(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert session.site.draft.step == "review"


async def test_leaving_the_screen_while_it_fetches_is_no_trouble(
    at: Open, services: Scripted, session: Session
) -> None:
    services.applications.hold.clear()
    async with at("application") as (app, pilot):
        entry(app, "application.commit").value = "e" * 40
        await pilot.pause(0.05)
        await pilot.press("escape")
        await pilot.pause()
        assert session.site.draft.step == "size"
        services.applications.hold.set()
        await asyncio.sleep(0)
        await settle(app, pilot)
        assert app.is_running


async def test_administrator_and_dump_are_answers(at: Open, session: Session) -> None:
    async with at("application", (120, 40)) as (app, pilot):
        await typed(app, pilot, "application.admin_email", "chief@example.com")
        app.screen.query_one(f"#{field_id('application.database_dump')}").focus()
        await pilot.press("space")
    site = session.site.draft.site()
    assert (site.administrator, site.application.database_dump) == ("chief@example.com", True)
    session.site.draft.set("application.admin_email", None)
    assert session.site.draft.site().administrator == "ops@example.com"


async def test_the_hand_over_names_the_administrator_and_how_to_import(
    at: Open, session: Session
) -> None:
    session.site.draft.set("application.admin_email", "chief@example.com")
    session.site.draft.set("application.database_dump", value=True)
    async with at("status", (120, 60), deployed="sunny-garage") as (_, pilot):
        text = await walk(pilot, "h")
        assert "chief@example.com, not needed for the page" in text
        assert "solarrally import sunny-garage DUMP" in text
