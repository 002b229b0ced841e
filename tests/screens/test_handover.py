"""The end of the way and what comes after: hand-over, update, destroy, and the welcome choices."""

import asyncio
import re
import webbrowser
from decimal import Decimal

import httpx
import pytest
from textual.widgets import Button

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome
from solarrally_tui.provisioning.teardown.losses import Losses
from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.common.exit_requests import DEMO
from solarrally_tui.screens.common.messages import Destroy
from solarrally_tui.screens.provision.screen import ProvisionScreen
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.size.screen import SizeScreen
from solarrally_tui.screens.status import handover
from solarrally_tui.screens.status.handover import HandoverScreen
from solarrally_tui.screens.status.screen import StatusScreen
from solarrally_tui.screens.welcome import WelcomeScreen
from solarrally_tui.site.tiers import Tier
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session
from tests.screens.scripted import plans as scripted_plans
from tests.screens.scripted.services import PASSWORDS, VIEWERS, Scripted
from tests.screens.support import ANSWERS, Open, reached, screen_text, until, walk
from tests.screens.test_stage import Puppets


async def test_the_handover_says_where_everything_is(at: Open) -> None:
    async with at("status", (120, 60), deployed="sunny-garage") as (app, pilot):
        text = await walk(pilot, "h")
        assert "Hand-over of sunny-garage" in text
        assert "https://d111111abcdef8.cloudfront.net" in text
        assert "about $60 a month, $54 to $78" in text
        assert "final database snapshot" in text
        assert "solarrally chargers add NAME --site sunny-garage" in text
        await pilot.press("home", *("down",) * 6, "enter")
        await pilot.pause()
        assert app.clipboard == "ops@example.com"
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, StatusScreen)


async def test_passwords_are_shown_on_a_key_for_half_a_minute(
    at: Open, services: Scripted, store: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "_SHOWN_SECONDS", 0.5)
    async with at("status", (120, 60), deployed="sunny-garage") as (app, pilot):
        text = await walk(pilot, "h")
        assert "R shows the passwords for 30 seconds" in text
        assert not [password for password in PASSWORDS.values() if password in text]
        text = await walk(pilot, "r", seconds=0.1)
        assert all(password in text for password in PASSWORDS.values())
        # No picture has them: one that is taken hides them first.
        picture = app.export_screenshot()
        assert not [password for password in PASSWORDS.values() if password in picture]
        text = await walk(pilot, "r", seconds=0.1)
        assert PASSWORDS[VIEWERS] in text
        text = await walk(pilot, seconds=0.7)
        assert not [password for password in PASSWORDS.values() if password in text]
        # Enter copies one, to the clipboard and to no file.
        await walk(pilot, "down", "down", "enter", seconds=0.2)
        assert app.clipboard == PASSWORDS[VIEWERS]
        kept = [file.read_text() for file in store._folder.parent.rglob("*") if file.is_file()]
        assert not [text for text in kept if PASSWORDS[VIEWERS] in text]
        services.passwords = AwsError("AccessDenied", "no", "secretsmanager", "GetSecretValue")
        assert "The passwords cannot be read." in await walk(pilot, "r", seconds=0.1)


async def test_passwords_of_operations_leads_to_the_first_of_them(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await app.push_screen(HandoverScreen(app.session, passwords=True))
        await walk(pilot, seconds=0.2)
        await walk(pilot, "enter", seconds=0.2)
        assert app.clipboard == PASSWORDS[VIEWERS]


async def test_the_dashboard_opens_signed_in(at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser is given an address here; only what it leads to has the password."""
    led, given = reached(monkeypatch), list[str]()
    browse = webbrowser.open
    monkeypatch.setattr("webbrowser.open", lambda url: given.append(url) or browse(url))
    async with at("status", deployed="sunny-garage") as (_, pilot):
        text = await walk(pilot, "h", "o", seconds=0.5)
        address = f"viewer:{PASSWORDS[VIEWERS]}@d111111abcdef8.cloudfront.net/signin"
        assert led == [f"https://{address}"]
        assert PASSWORDS[VIEWERS] not in given[0] + text


async def test_without_a_browser_an_address_signs_in_once(
    at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    async with at("status", (120, 40), deployed="sunny-garage") as (app, pilot):
        text = await walk(pilot, "o", seconds=0.5)
        assert "On another computer, https://d111111abcdef8.cloudfront.net asks" in text
        (address,) = re.findall(r"http://127.0.0.1:\S+", text)
        answer = await asyncio.to_thread(httpx.get, address)
        login = f"viewer:{PASSWORDS[VIEWERS]}@d111111abcdef8.cloudfront.net/signin"
        assert answer.headers["location"] == f"https://{login}"
        await walk(pilot, seconds=0.5)
        assert isinstance(app.screen, StatusScreen)  # it has done its work
        with pytest.raises(httpx.ConnectError):
            await asyncio.to_thread(httpx.get, address)


async def test_status_is_not_covered_on_arrival(at: Open) -> None:
    async with at("charger", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, StatusScreen)


async def test_beside_a_demonstration_every_command_finds_it(at: Open) -> None:
    async with at("status", (120, 60), stage=Puppets(), deployed="sunny-garage") as (_, pilot):
        text = await walk(pilot, "h")
        lines = [line for line in text.splitlines() if " solarrally " in line]
        assert len(lines) >= 6
        assert all("--demo" in line for line in lines)


async def test_the_end_of_a_deployment_leads_to_the_dashboard_and_the_password(
    at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    led, run = reached(monkeypatch), RunProgress({"network": "Network"}, site="sunny-garage")
    async with at("provision", run=run, deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "h")
        assert not isinstance(app.screen, HandoverScreen)  # not before there is anything to see
        run.finish(Outcome(Exit.OK, "Deployed."))
        text = await walk(pilot, seconds=0.5)
        assert "O opens the dashboard, signed in." in text
        assert "Hand-over h" in text
        app.session.site.url = "https://d111111abcdef8.cloudfront.net"
        await walk(pilot, "o", seconds=0.5)
        assert led == [f"https://viewer:{PASSWORDS[VIEWERS]}@d111111abcdef8.cloudfront.net/signin"]
        await walk(pilot, "h")
        assert isinstance(app.screen, HandoverScreen)
        assert PASSWORDS[VIEWERS] in await walk(pilot, "r", seconds=0.1)
        await walk(pilot, "escape")
        assert isinstance(app.screen, ProvisionScreen)


async def test_the_handover_leads_to_an_update(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await pilot.press("h")
        await pilot.pause()
        assert isinstance(app.screen, HandoverScreen)
        app.screen.query_one("#update").focus()
        await walk(pilot, "enter", seconds=0.2)
        assert isinstance(app.screen, ReviewScreen)


async def test_destroying_needs_the_name_typed(at: Open, services: Scripted) -> None:
    kept = (Kept("database snapshot", "sunny-garage-snapshot-1", Decimal("1.90")),)
    services.outcome = Outcome(Exit.OK, "Site sunny-garage is deleted.", kept=kept)
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await pilot.press("h")
        await pilot.pause()
        app.screen.query_one("#destroy").focus()
        await walk(pilot, "enter", seconds=0.2)
        assert isinstance(app.screen, TypedScreen)
        text = screen_text(app)
        assert "2 registered chargers: their certificates stop working." in text
        assert "Final database snapshot: $1.90 a month at most." in text
        await pilot.press(*"sunny", "enter")
        await pilot.pause()
        assert "That is not sunny-garage. Nothing was done." in screen_text(app)
        assert services.destroyed == []
        await walk(pilot, *"-garage", "enter", seconds=0.6)
        assert isinstance(app.screen, ProvisionScreen)
        assert services.destroyed == ["sunny-garage"]
        text = screen_text(app)
        assert "The site is deleted." in text
        assert "Database snapshot   $1.90 a month" in text
        await walk(pilot, "ctrl+n", seconds=0.2)
        assert isinstance(app.screen, WelcomeScreen)
        assert app.session.site.deployed == ""


async def test_the_palette_finds_the_deletion_by_any_word(at: Open) -> None:
    async with at("status", deployed="sunny-garage", before=Draft(ANSWERS)) as (app, pilot):
        for word in ("destroy", "delete", "remove"):
            await pilot.press("ctrl+p")
            await walk(pilot, *word)
            text = await until(app, pilot, "asks first, with what is lost")
            assert "No matches" not in text, word
            if word != "remove":
                await walk(pilot, "escape")
                assert "asks first, with what is lost" not in screen_text(app)
        await walk(pilot, "enter")
        await until(app, pilot, "Type sunny-garage to confirm.")


async def test_an_account_that_does_not_answer_is_asked_for_the_deletion_all_the_same(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(_: str) -> Losses:
        raise AwsError("AccessDenied", "no", "ssm", "get_parameter")

    monkeypatch.setattr(services, "losses", refused)
    async with at("status", deployed="sunny-garage") as (app, pilot):
        app.post_message(Destroy())
        text = await until(app, pilot, "Type sunny-garage to confirm.")
        assert "What they cost is not known here." in " ".join(text.split())


async def test_keeping_the_site_is_one_key(at: Open, services: Scripted) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await pilot.press("h")
        await pilot.pause()
        app.screen.query_one("#destroy").focus()
        await walk(pilot, "enter", seconds=0.2)
        await walk(pilot, "escape", seconds=0.2)
        assert isinstance(app.screen, StatusScreen)
        assert services.destroyed == []


async def test_just_prices_needs_no_name_and_no_account(at: Open, session: Session) -> None:
    session.site.draft.set("name", "")
    async with at("welcome") as (app, pilot):
        await walk(pilot, "tab", "enter")
        assert isinstance(app.screen, SizeScreen)
        assert "$60 a month" in screen_text(app)


async def test_the_simulated_account_is_offered_to_a_real_one(at: Open) -> None:
    async with at("welcome", label="") as (app, pilot):
        assert "Try it first" in screen_text(app)
        await pilot.press("tab", "end", "enter")
        await pilot.pause()
    assert app.return_value == DEMO


async def test_review_says_what_changed_since_the_site_was_deployed(
    at: Open, session: Session
) -> None:
    session.services.plans.plan = scripted_plans.SAME  # type: ignore[attr-defined]
    async with at("review", deployed="sunny-garage", before=Draft(ANSWERS)) as (app, pilot):
        text = screen_text(app)
        assert "There is nothing to change." in text
        assert "Paid once" not in text
        assert app.screen.query_one("#next", Button).variant == "default"
        assert "Nothing is to change." in await walk(pilot, "ctrl+n")
    session.site.draft.choose_tier(Tier.MEDIUM)
    session.services.plans.plan = scripted_plans.DENIED_CALL  # type: ignore[attr-defined]
    async with at("review", (120, 40)) as (app, _):
        text = screen_text(app)
        assert "Size: small → medium. You can" in text
        assert "Chargers: 10 → 100." in text
