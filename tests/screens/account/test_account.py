"""The account screen: who we are, what the account says, and other credentials."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import AsyncMock

import pytest
from textual.widgets import Button, Input

from solarrally_tui.account.credentials.keyring_store import KeyringError
from solarrally_tui.account.credentials.sign_in import AccountRole, Invitation
from solarrally_tui.account.preflight import account_plan
from solarrally_tui.account.preflight.quotas import ASKS_AWS, judge, needs
from solarrally_tui.aws.credential_sources import CredentialSource
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.regions import region_choices
from solarrally_tui.policy.authorization import action
from solarrally_tui.policy.calls import ENGINE
from solarrally_tui.policy.deploy import needed
from solarrally_tui.screens.account.choose import SSO, ChooseScreen, Chosen
from solarrally_tui.screens.account.guide import GuideScreen
from solarrally_tui.screens.account.paste import PasteScreen
from solarrally_tui.screens.account.role import RoleScreen
from solarrally_tui.screens.account.screen import AccountScreen, identity
from solarrally_tui.screens.account.sso import SsoScreen
from solarrally_tui.screens.account.words import ASKED, checks, sources, subjects
from solarrally_tui.screens.billing import BillingScreen
from solarrally_tui.screens.widgets.pick import Pick
from solarrally_tui.site.files import from_answers
from solarrally_tui.wizard.model import Who
from solarrally_tui.wizard.session import Session
from tests.provisioning.engine_setup import site_named
from tests.screens.scripted.billing import FIRST, PLAN
from tests.screens.scripted.services import FINDINGS, ME, NOBODY, Scripted
from tests.screens.support import ANSWERS, Open, screen_text, settle, walk
from tests.screens.test_stage import Puppets

REFUSED = KeyringError(
    Plain(
        what="This computer has no safe place for access keys.",
        why="No keyring.",
        next="Use SSO.",
    )
)
QUOTA = Finding("fargate", "Processors", Severity.FAIL, "4 needed [/b], 2 allowed.", "Ask AWS.")
LONG = Finding(
    "plan",
    "Account plan",
    Severity.UNKNOWN,
    "Not known: these credentials may not read it.",
    "You can continue. " * 5,
)
ROOT = Finding("identity", "Credentials", Severity.WARN, "The root user.", "Use a role.")


def test_the_card_says_how_long_the_session_lasts() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    for minutes, told in ((192, "for 3 h 12 min"), (12, "for 12 min"), (-5, "for 0 min")):
        who = Who(
            "1", "arn:aws:iam::1:role/D", "sso", "us-east-1", now + timedelta(minutes=minutes)
        )
        assert told in identity(who, now).plain


async def test_findings_stand_below_the_region_and_the_gravest_first(
    at: Open, services: Scripted
) -> None:
    services.accounts.told = (*FINDINGS[2:], ROOT, QUOTA)
    async with at("account", (100, 40)) as (app, pilot):
        text = screen_text(app)
        assert "1 thing would stop a deployment." in text
        assert text.index("4 needed [/b], 2 allowed.") < text.index("The root user.")
        assert "Ask AWS." in text
        assert "Use a role." in text
        services.accounts.told = FINDINGS
        assert "Nothing stops a deployment." in await walk(pilot, "f5")
        assert services.accounts.looks == 2


async def test_what_is_well_has_a_line_a_subject_and_f3_shows_each_check(
    at: Open, services: Scripted
) -> None:
    well = (
        Finding("region", "Region", Severity.OK, "It is enabled."),
        Finding("plan", "Account plan", Severity.OK, "Paid plan."),
    )
    services.accounts.told = (*well, QUOTA)
    async with at("account") as (app, pilot):
        await pilot.press("pagedown")
        text = " ".join((await walk(pilot)).split())
        assert "1 thing would stop a deployment. F3 shows 3 checks." in text
        assert "✓ Region It is open to you and has what the site needs." in text
        assert "✓ Account and bill" in text
        assert "Limits of AWS" not in text  # one of them is not well
        assert "It is enabled." not in text
        text = await walk(pilot, "f3")
        assert "It is enabled." in text
        assert text.count("servicequotas:GetServiceQuota") == 1
        assert text.index("✗") < text.index("✓ Region")
        await walk(pilot, "f3")
        assert isinstance(app.screen, AccountScreen)


async def test_a_quota_of_which_the_use_is_not_known_is_open_and_not_well(
    at: Open, services: Scripted
) -> None:
    need = needs(from_answers(ANSWERS), exists=False)[0]
    services.accounts.told = (*FINDINGS[:-1], judge(need, 6, None))
    async with at("account", (100, 40)) as (_, pilot):
        text = " ".join((await walk(pilot)).split())
        assert "Nothing stops a deployment. F3 shows" in text
        assert "○ Limits of AWS Enough is allowed; what is in use AWS does not say." in text
        assert "6 allowed; what is in use" in await walk(pilot, "f3")


async def test_what_aws_has_to_do_is_said_once_with_words_that_f6_copies(
    at: Open, services: Scripted
) -> None:
    quotas = [
        n for n in needs(from_answers(ANSWERS), exists=False) if n.id in {"fargate", "builds"}
    ]
    services.accounts.told = tuple(judge(need, 0, None) for need in quotas)
    async with at("account", (100, 40)) as (app, pilot):
        text = " ".join((await walk(pilot)).split())
        assert text.count(ASKS_AWS) == 1
        assert "F6 copies what to write to AWS." in text
        await walk(pilot, "f6")
        assert app.clipboard == ASKS_AWS


async def test_an_answer_that_the_plan_refuses_is_set_by_a_button(
    at: Open, services: Scripted
) -> None:
    draft = site_named("sunny-garage", size={"backup_days": 7})
    refused = account_plan.judge({"accountPlanType": "FREE"}, datetime.now(UTC), draft.size)
    services.accounts.told = (refused,)
    async with at("account", (100, 40)) as (app, pilot):
        await walk(pilot)
        assert app.session.site.account_stops
        services.accounts.told = FINDINGS
        app.screen.query_one(".way-out", Button).press()
        text = await walk(pilot)
        assert app.session.site.draft.get("size.backup_days") == 1
        assert "Keep backups for 1 day: done." in text
        assert not app.screen.query(".way-out")


def test_every_check_has_a_subject_and_a_reason() -> None:
    site = from_answers(ANSWERS)
    ids = {need.id for need in needs(site, exists=False)}
    ids |= {"identity", "session", "permissions", "region", "roles", "trail", "anomalies", "plan"}
    ids |= {"organization", "database-class", "backup-copy", "backup-plan", "iot", "arm-builds"}
    found = [Finding(id_, id_, Severity.OK, "found") for id_ in sorted(ids)]
    assert len(subjects(found)) == 5
    for alone in found:
        assert len(subjects([alone])) == 1, alone.id
    assert all(why for _, _, why in checks(found).rows)
    assert ids == ASKED.keys()
    asked = {name for names in ASKED.values() for name in names} - {"sts:GetCallerIdentity"}
    assert {action(name) for name in asked} <= needed(ENGINE)


def test_a_check_says_that_aws_was_asked_only_where_it_was() -> None:
    found = [Finding(id_, id_, Severity.OK, "found") for id_ in ("region", "permissions")]
    for region, root, asked in (
        ("us-east-1", True, set()),
        ("us-east-1", False, {"permissions"}),
        ("eu-south-1", False, {"region", "permissions"}),
    ):
        told = sources(found, region, root=root)
        assert {one.id for one in found} - told.keys() == asked


async def test_an_expired_sign_in_leads_to_a_new_one_with_its_address_filled_in(
    at: Open, services: Scripted, session: Session
) -> None:
    sso = CredentialSource("sso", "work", "IAM Identity Center", "https://e.awsapps.com/start", "x")
    services.accounts.found_here = (sso,)
    services.billing.told = AwsError("ExpiredTokenException", "late", "sns", "list_topics")
    async with at("billing", (120, 40)) as (app, pilot):
        assert session.who is None
        assert "Sign in" in screen_text(app)
        services.who_answers = [AwsError("ExpiredTokenException", "late", "sts", "x")]
        await walk(pilot, "ctrl+l")
        assert isinstance(app.screen, AccountScreen)
        assert "Sign in ^l" in screen_text(app)
        await walk(pilot, "ctrl+l")
        await walk(pilot, "enter")
        assert isinstance(app.screen, SsoScreen)
        assert app.screen.query_one("#start-url", Input).value == sso.start_url
        await walk(pilot, "escape")
        await walk(pilot, "escape")
        assert isinstance(app.screen, BillingScreen)


async def test_what_cannot_be_asked_is_said_and_nothing_is_held_up(
    at: Open, services: Scripted
) -> None:
    services.accounts.told = AwsError("ReadTimeoutError", "late", "iam", "get_role")
    async with at("account") as (app, pilot):
        await pilot.press("pagedown")
        assert "The account was not checked. AWS cannot be reached." in screen_text(app)
        await walk(pilot, "ctrl+n")
        assert app.session.site.draft.step == "billing"


async def test_another_profile_is_chosen_from_the_list_or_none(
    at: Open, services: Scripted
) -> None:
    async with at("account") as (app, pilot):
        assert "customer [/x]" in await walk(pilot, "ctrl+l")
        assert isinstance(app.screen, ChooseScreen)
        await walk(pilot, "escape")
        assert services.accounts.used == []
        assert "in use" in await walk(pilot, "ctrl+l")
        await walk(pilot, "enter")
        assert services.accounts.used == []
        await walk(pilot, "ctrl+l")
        await walk(pilot, "down", "down", "enter")
        assert services.accounts.used == [("customer [/x]", None)]


async def test_keys_of_the_keyring_are_in_the_list(at: Open, services: Scripted) -> None:
    services.accounts.ring["office"] = Keys("AKIAOFFICE", Secret("x"))
    async with at("account") as (_, pilot):
        await walk(pilot, "ctrl+l")
        await walk(pilot, *["down"] * 4, "enter")
        assert services.accounts.used == [(None, services.accounts.ring["office"])]


async def test_without_a_safe_keyring_nothing_can_be_pasted(at: Open, services: Scripted) -> None:
    services.accounts.refused = REFUSED
    async with at("account") as (app, pilot):
        text = await walk(pilot, "ctrl+l")
        assert "no safe place for access keys" in text
        assert "Paste access keys" not in text
        await walk(pilot, "escape")
        await app.push_screen(PasteScreen(services.accounts))
        await settle(app, pilot)
        assert all(field.disabled for field in app.screen.query(Input))
        assert not app.screen.query_one("#keep").display
        assert services.accounts.ring == {}


async def test_pasted_keys_are_kept_and_used(at: Open, services: Scripted) -> None:
    async with at("account") as (app, pilot):
        app.push_screen(PasteScreen(services.accounts), app.screen._take_keys)
        await settle(app, pilot)
        app.screen.query_one("#key-id", Input).value = "AKIAIOSFODNN7EXAMPLE"
        app.screen.query_one("#secret", Input).value = "wJalrXUtnFEMI/K7MDENG"
        await walk(pilot, "down", "down", "down", "enter")
        (kept,) = services.accounts.ring.values()
        assert kept.secret.reveal() == "wJalrXUtnFEMI/K7MDENG"
        assert services.accounts.used == [(None, kept)]


class Invited:
    """A sign-in whose person agrees when the test says so."""

    def __init__(self) -> None:
        self.agreed = asyncio.Event()
        self.closed = False

    async def start(self) -> Invitation:
        return Invitation("https://e.awsapps.com/start/#/device", "QRST-WXYZ", "https://u", 600)

    async def wait(self) -> None:
        await self.agreed.wait()

    async def roles(self) -> tuple[AccountRole, ...]:
        return (
            AccountRole("1" * 12, "live [/x]", "Deployer"),
            AccountRole("2" * 12, "test", "Deployer"),
        )

    async def keys(self, role: AccountRole) -> Keys:
        return Keys(role.account, Secret("s"), Secret("t"), source="sso")

    def close(self) -> None:
        self.closed = True


async def test_sign_in_with_a_code_and_a_role(at: Open, services: Scripted) -> None:
    invited = services.accounts.invitation = Invited()
    async with at("account") as (app, pilot):
        start = SsoScreen(services.accounts, "https://e.awsapps.com/start", "eu-west-1")
        app.push_screen(start, app.screen._take_keys)
        await pilot.pause()
        assert "QRST-WXYZ" in await walk(pilot, "enter", seconds=0.1)
        await pilot.press("f6")
        assert app.clipboard == "https://u"
        invited.agreed.set()
        await settle(app, pilot)
        assert "live [/x]" in screen_text(app)
        await walk(pilot, "down", "enter")
        ((profile, keys),) = services.accounts.used
        assert profile is None
        assert keys
        assert keys.access_key_id == "2" * 12
        assert invited.closed


async def test_the_first_steps_are_checked_while_they_are_made(
    at: Open, services: Scripted
) -> None:
    services.who_answers = [NOBODY]
    async with at("account", (80, 24), who=None) as (app, pilot):
        assert "No AWS account yet" in screen_text(app)
        app.screen.query_one("#guide").press()  # type: ignore[attr-defined]
        await settle(app, pilot)
        assert isinstance(app.screen, GuideScreen)
        assert "○ Open an account" in screen_text(app)
        services.who_answers = [ME]
        assert "✓ Open an account" in await walk(pilot, "f5")
        assert "Continue" in screen_text(app)
        await walk(pilot, "f5")
        assert app.session.who == ME


LASTING = replace(ME, arn="arn:aws:iam::123456789012:user/ops", source="shared-credentials-file")
ROOT_USER = replace(ME, arn="arn:aws:iam::123456789012:root")


def test_a_region_that_is_not_on_offer_has_its_name_in_the_list() -> None:
    choices = dict(region_choices("eu-south-1"))
    assert choices["eu-south-1"].split() == ["eu-south-1", "Milan"]
    assert "eu-south-1" not in dict(region_choices("eu-west-1"))
    assert "as you set it" in dict(region_choices("xx-test-1"))["xx-test-1"]


async def test_the_role_is_shown_before_it_is_made_and_then_in_use(
    at: Open, services: Scripted
) -> None:
    services.who_answers = [LASTING]
    async with at("account", (80, 40), who=LASTING) as (app, pilot):
        await walk(pilot, "ctrl+r")
        assert isinstance(app.screen, RoleScreen)
        text = screen_text(app)
        assert "solarrally-sunny-garage-deployer" in text
        assert "solarrally-sunny-garage-deploy-1 to -3" in text
        assert "user/ops, without MFA" in text
        assert services.accounts.taken == []
        await walk(pilot, "enter")
        assert services.accounts.taken == [(PLAN, None)]
        text = screen_text(app)
        assert "You use the role now." in text
        assert "Continue" in text
        assert "Created: solarrally-sunny-garage-deployer and its 3 policies." in text
        await pilot.press("f6")
        assert app.clipboard.startswith("[profile solarrally-sunny-garage]")
        services.who_answers = [ME]
        await walk(pilot, "escape")
        assert app.session.who == ME


async def test_a_code_is_asked_where_the_role_wants_mfa(at: Open, services: Scripted) -> None:
    plan = replace(PLAN, mfa_serial="arn:aws:iam::1:mfa/ops", has_mfa=True, exists=True)
    services.accounts.plan = plan
    async with at("account", (100, 40), who=LASTING) as (app, pilot):
        assert "user/ops, with MFA" in await walk(pilot, "ctrl+r")
        assert "This role exists." in screen_text(app)
        assert "The code has 6 digits" in await walk(pilot, *"12[", "enter")
        assert services.accounts.taken == []
        services.accounts.refused_role = AwsError("AccessDenied", "wrong code", "sts", "assume")
        assert "wrong code" in await walk(pilot, *"123456", "enter")
        services.accounts.refused_role = None
        await walk(pilot, *"654321", "enter")
        ((_, code),) = services.accounts.taken
        assert code
        assert code.reveal() == "654321"


async def test_read_only_and_refusals_make_no_role(at: Open, services: Scripted) -> None:
    services.read_only = True
    async with at("account", (100, 40), who=LASTING) as (app, pilot):
        assert "This session is read-only." in await walk(pilot, "ctrl+r")
        assert not app.screen.query_one("#make").display
        await walk(pilot, "enter")
        services.accounts.plan = AwsError("AccessDenied", "no [/b]", "iam", "list")
        assert "AWS refused the call." in await walk(pilot, "ctrl+r")
        assert not app.screen.query_one("#make").display
        await walk(pilot, "enter")
    assert services.accounts.taken == []


async def test_the_role_needs_somebody_a_name_and_is_not_taken_twice(
    at: Open, services: Scripted, session: Session
) -> None:
    services.who_answers = [NOBODY]
    async with at("account", who=None) as (app, pilot):
        await pilot.press("ctrl+r")
        assert "Sign in first." in screen_text(app)
    session.site.draft.set("name", "")
    async with at("account", who=LASTING) as (app, pilot):
        await pilot.press("ctrl+r")
        assert "Give the site a name on Welcome first." in screen_text(app)
    session.site.draft.set("name", "sunny-garage")
    mine = "arn:aws:sts::1:assumed-role/solarrally-sunny-garage-deployer/x"
    async with at("account", who=replace(ME, arn=mine)) as (app, pilot):
        await pilot.press("ctrl+r")
        assert "You already use this role." in screen_text(app)
        assert "press this again" in " ".join(screen_text(app).split())
        app.screen.query_one(Pick).post_message(Pick.Changed("region", "eu-central-1"))
        await settle(app, pilot)
        assert "role is for the Region of before" in " ".join(screen_text(app).split())
    async with at("account", who=ME) as (app, pilot):
        app.screen.query_one(Pick).post_message(Pick.Changed("region", "us-east-1"))
        await settle(app, pilot)
        assert "for the Region of before" not in " ".join(screen_text(app).split())


async def test_the_root_user_is_led_to_a_user_of_their_own(at: Open, services: Scripted) -> None:
    services.who_answers = [ROOT_USER]
    services.accounts.first = (
        *FIRST[:3],
        replace(FIRST[3], severity=Severity.WARN, line="You are the root user."),
    )
    async with at("account", (100, 40), who=ROOT_USER) as (app, pilot):
        assert "A user of your own" in screen_text(app)
        text = await walk(pilot, "ctrl+r")
        assert "You can deploy as the root user." in text
        assert "▲ Create a user for yourself" in text
        assert "Continue" not in text
        services.who_answers, services.accounts.first = [ME], FIRST
        assert "✓ Create a user for yourself" in await walk(pilot, "f5")
        await walk(pilot, "f5")
        assert app.session.who == ME


async def test_a_region_that_is_not_known_is_doubted_once(at: Open, services: Scripted) -> None:
    asked: list[str] = []

    def sign_in(url: str, region: str) -> object:
        asked.append(region)
        raise AwsError("InvalidRegionException", "no", "sso-oidc", "register_client")

    services.accounts.sign_in = sign_in  # type: ignore[method-assign, assignment]
    async with at("account") as (app, pilot):
        url = "https://example.awsapps.com/start"
        app.push_screen(SsoScreen(services.accounts, url, "eu-wst-1"))
        await settle(app, pilot)
        assert "mean eu-west-1?" in await walk(pilot, "enter")
        assert asked == []
        await walk(pilot, "enter")
        assert asked == ["eu-wst-1"]


async def test_the_list_keeps_every_way_where_files_and_keyring_are_broken(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.accounts.found_here = AwsError("ConfigFileError", "line 3", "session", "profiles")
    services.accounts.found_around = (CredentialSource("environment", "", "a key is set"),)

    async def gone() -> tuple[str, ...]:
        raise ModuleNotFoundError("gone")

    monkeypatch.setattr(services.accounts, "keyring_names", gone)
    async with at("account", (100, 40)) as (_, pilot):
        text = await walk(pilot, "ctrl+l")
        for way in ("environment", "IAM Identity Center", "Paste access keys", "no AWS account"):
            assert way in text
        assert "AWS returned an error." in text


async def test_a_demonstration_proposes_the_portal_of_its_account(at: Open) -> None:
    async with at("account", stage=Puppets()) as (app, pilot):
        assert isinstance(app.screen, AccountScreen)
        app.screen._chosen(Chosen(SSO))
        await settle(app, pilot)
        dialog = app.screen
        given = tuple(dialog.query_one(id_, Input).value for id_ in ("#start-url", "#sso-region"))
        assert given == Puppets.portal


async def test_a_portal_that_aws_does_not_know_is_refused_in_plain_words(
    at: Open, services: Scripted
) -> None:
    code, call = "InvalidRequestException", "start_device_authorization"
    services.accounts.invitation = invited = Invited()
    refused = AwsError(code, "Invalid start url provided", "sso-oidc", call)
    invited.start = AsyncMock(side_effect=refused)  # type: ignore[method-assign]
    async with at("account") as (app, pilot):
        app.push_screen(SsoScreen(services.accounts, "https://e.awsapps.com/start", "eu-west-1"))
        await settle(app, pilot)
        text = await walk(pilot, "enter")
        assert "does not know this start URL" in text
        assert "Check the start URL and the Region" in text
        assert code not in text
