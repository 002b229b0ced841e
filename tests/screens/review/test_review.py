"""Review: what a deployment would do, in every state that asking AWS can be in."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from textual.widgets import OptionList, Static, Tab, Tabs

from solarrally_tui.aws.errors import Plain
from solarrally_tui.blueprints.catalogue import of_shape
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.steps import position
from solarrally_tui.pricing.money import Money
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.screens.common.confirm import ConfirmScreen, TypedScreen
from solarrally_tui.screens.common.messages import Go
from solarrally_tui.screens.review.answers import rows
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.review.sections import Times, beside, duration
from solarrally_tui.site.tiers import Tier
from solarrally_tui.wizard.model import Who
from solarrally_tui.wizard.session import Session
from tests.screens.scripted import plans
from tests.screens.scripted.services import ME, Scripted
from tests.screens.support import ANSWERS, Open, said, screen_text, settle, until, walk

NOW = datetime(2026, 1, 2, 10, 0, tzinfo=UTC)


def text_of(app: object) -> str:
    """Return the section that is shown, whole."""
    return str(app.screen.query_one("#text", Static).content)  # type: ignore[attr-defined]


def summary_of(app: object) -> str:
    return str(app.screen.query_one("#summary", Static).content)  # type: ignore[attr-defined]


def changed(session: Session, tier: Tier = Tier.MEDIUM) -> dict[str, object]:
    session.site.draft.choose_tier(tier)
    return {"deployed": "sunny-garage", "before": Draft(ANSWERS)}


async def test_a_first_deployment_takes_one_confirmation(at: Open, services: Scripted) -> None:
    async with at("review") as (app, pilot):
        assert f"AWS creates its {len(of_shape('tasks'))} parts" in summary_of(app)
        assert "Where it goes, a month" in text_of(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)
        assert "$1.92 a month at most" in screen_text(app)
        await walk(pilot, "enter")  # a key too many creates nothing
        assert services.deployed == []
        await walk(pilot, "ctrl+n", "right", "enter")
        assert [site.name for site in services.deployed] == ["sunny-garage"]
        assert services.confirmed == ""


async def test_the_keys_show_the_sections(at: Open) -> None:
    async with at("review") as (app, pilot):
        await pilot.press("2")
        assert "Keeps users, but no past charging sessions" in text_of(app)
        assert "handle" not in text_of(app)
        await pilot.press("3")
        assert "solarrally-sunny-garage-cloudformation" in text_of(app)
        assert "pull the images, read the secrets" in " ".join(text_of(app).split())
        assert "ExecutionRole: Starts the tasks." in " ".join(text_of(app).split())
        await pilot.press("1")
        await pilot.pause()
        assert "About $0.06, to build the application." in text_of(app)
        assert "Database" in text_of(app)
        await pilot.press("4")
        await pilot.pause()
        assert f"{'Alerts to':<32} ops@example.com" in screen_text(app)
        await pilot.press("tab", "shift+tab", "enter")


async def test_nothing_to_change_is_said(at: Open, services: Scripted, session: Session) -> None:
    services.plans.plan = plans.SAME
    async with at("review", deployed="sunny-garage", before=Draft(ANSWERS)) as (app, pilot):
        assert "There is nothing to change." in summary_of(app)
        assert "akes about" not in summary_of(app)
        await pilot.press("2")
        assert "Changed answers" not in text_of(app)
        assert "= Unchanged" in text_of(app)


async def test_a_harmless_change_is_told_in_words_and_money(
    at: Open, services: Scripted, session: Session
) -> None:
    services.plans.plan = plans.HARMLESS
    async with at("review", **changed(session)) as (app, pilot):
        assert "$44 more than now" in summary_of(app)
        assert "Size: small → medium." in text_of(app)
        assert "Restarts the database with another instance class." in text_of(app)
        assert "db.t4g.micro → db.t4g.small" in text_of(app)
        await pilot.press("1")
        assert "+$26.41  Database" in text_of(app)
        assert "+$14.42  Application" in text_of(app)  # as the monthly costs call it
        await walk(pilot, "ctrl+n", "right", "enter")
        assert services.confirmed == ""
        assert services.deployed


async def test_every_amount_of_a_change_is_in_the_currency_that_was_chosen(
    at: Open, services: Scripted, session: Session
) -> None:
    services.plans.plan = plans.HARMLESS
    session.money = Money("EUR", Decimal("0.5"), "2026-11-29")
    async with at("review", **changed(session)) as (app, pilot):
        assert "22 EUR more than now" in summary_of(app)
        await pilot.press("1")
        assert "+13.21 EUR  Database" in text_of(app)
        assert "The site then costs 22 EUR a month more" in text_of(app)
        assert "Where it goes, a month  1 USD = 0.5 EUR, your rate" in text_of(app)
        assert "$" not in text_of(app)


async def test_the_question_says_what_aws_bills_in_usd_and_what_it_is_at_the_rate(
    at: Open, session: Session
) -> None:
    session.money = Money("EUR", Decimal("0.5"), "2026-11-29")
    async with at("review") as (app, pilot):
        await pilot.press("ctrl+n")
        await pilot.pause()
        asked = " ".join(screen_text(app).replace("│", " ").split())
        assert re.search(r"from then on: about \$60 a month \(30 EUR at your rate\)\.", asked)


async def test_what_a_changed_domain_means_is_told(
    at: Open, services: Scripted, session: Session
) -> None:
    services.plans.plan = replace(plans.HARMLESS, warnings=("Bookmarks need the new name.",))
    async with at("review", **changed(session)) as (app, _):
        assert "▲ Bookmarks need the new name." in text_of(app)


async def test_losing_data_asks_for_the_name(
    at: Open, services: Scripted, session: Session
) -> None:
    services.plans.plan = plans.DANGEROUS
    async with at("review", **changed(session)) as (app, pilot):
        assert "Data would be lost" in summary_of(app)
        assert "This replaces your database" in text_of(app)
        command = app.screen.query_one("#command", Static).content
        assert str(command).endswith("--confirm-replacement sunny-garage")
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert isinstance(app.screen, TypedScreen)
        await pilot.press(*"yes", "enter")
        assert services.deployed == []
        await walk(pilot, "backspace", "backspace", "backspace", *"sunny-garage", "enter")
        assert services.confirmed == "sunny-garage"


async def test_asking_never_stops_anybody(at: Open, services: Scripted, session: Session) -> None:
    services.plans.hold.clear()
    session.site.draft.step = "review"
    services.plans.plan = plans.HARMLESS
    async with at("application", **changed(session)) as (app, pilot):
        await walk(pilot, "ctrl+n", seconds=0.1)
        assert "Finding out what changes" in summary_of(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)
        assert "refused before they begin" in screen_text(app)
        await pilot.press("escape")
        services.plans.hold.set()
        await settle(app, pilot)
        assert f"2 of {len(of_shape('tasks'))} parts change" in summary_of(app)


async def test_a_first_deployment_is_asked_about_alike_before_aws_has_said_what_changes(
    at: Open, services: Scripted, session: Session
) -> None:
    services.plans.hold.clear()
    session.site.draft.step = "review"
    async with at("application") as (app, pilot):
        await walk(pilot, "ctrl+n", seconds=0.1)
        assert "Finding out what changes" in summary_of(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        said = " ".join(screen_text(app).replace("│", " ").split())
        assert "and bills it to this account from then on" in said
        assert "Then these stay" in said
        assert "is looked up before it begins" in said
        assert "lose data" not in said
        services.plans.hold.set()


async def test_the_latest_question_wins(at: Open, services: Scripted, session: Session) -> None:
    services.plans.plan = plans.SAME
    async with at("review", **changed(session)) as (app, pilot):
        services.plans.hold.clear()
        await pilot.press("f5")
        await pilot.pause()
        services.plans.plan = plans.HARMLESS
        await pilot.press("f5")
        await pilot.pause()
        services.plans.hold.set()
        await settle(app, pilot)
        assert f"2 of {len(of_shape('tasks'))} parts change" in summary_of(app)
        assert len(services.plans.asked) == 3


async def test_a_failed_question_leaves_the_rest(
    at: Open, services: Scripted, session: Session
) -> None:
    services.plans.plan = plans.DENIED_CALL
    async with at("review", **changed(session)) as (app, pilot):
        assert "What changes is unknown. AWS refused the call." in summary_of(app)
        assert "Size: small → medium. You can change it later." in text_of(app)
        assert "Keeps users, but no past charging sessions" in text_of(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)


async def test_a_guard_of_the_engine_is_told(at: Open, services: Scripted) -> None:
    guard = Plain(
        what="The site is in eu-west-1.", why="It cannot move.", next="Choose another name."
    )
    services.plans.plan = StepError(guard, Exit.REFUSED)
    async with at("review", (120, 40)) as (app, pilot):
        assert "The site is in eu-west-1." in summary_of(app)
        await pilot.press("2")
        assert "Choose another name." in text_of(app)


async def test_read_only_says_what_it_cannot_know(
    at: Open, services: Scripted, session: Session
) -> None:
    services.read_only = True
    services.plans.plan = plans.planned(trouble=plans.DENIED, data=plans.LARGER)
    async with at("review", **changed(session)) as (app, pilot):
        assert "AWS was not asked." in summary_of(app)
        assert "what AWS replaces is unknown" in text_of(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "is read-only" in screen_text(app)


async def test_nobody_asks_aws_before_there_is_somebody(
    at: Open, services: Scripted, session: Session
) -> None:
    async with at("review", who=None) as (app, _):
        assert services.plans.asked == []
        assert "Sign in on Account" in summary_of(app)


async def test_the_command_is_copied_with_the_credentials(
    at: Open, services: Scripted, session: Session
) -> None:
    services.plans.options = ("--profile", "work; rm -rf")
    async with at("review") as (app, pilot):
        shown = str(app.screen.query_one("#command", Static).content)
        assert shown.endswith("solarrally deploy sunny-garage.toml --profile 'work; rm -rf'")
        await pilot.press("f6")
        await pilot.pause()
        assert app.clipboard == "solarrally deploy sunny-garage.toml --profile 'work; rm -rf'"


async def test_a_new_size_proposes_a_new_budget_and_a_typed_one_stays(
    at: Open, session: Session
) -> None:
    async with at("review", (160, 30)) as (app, _):
        assert "$78 (high estimate)" in screen_text(app)
    session.site.draft.choose_tier(Tier.MEDIUM)
    async with at("review", (160, 30)) as (app, _):
        assert "$305 (high estimate)" in screen_text(app)
    session.site.draft.set("alerts.monthly_budget_usd", "90")
    session.site.draft.choose_tier(Tier.LARGE)
    async with at("review", (160, 30)) as (app, _):
        assert f"{'Budget':<17} $90" in screen_text(app)
        assert session.site.draft.site().alerts.monthly_budget_usd == 90


async def test_every_answer_that_was_given_has_a_line(at: Open, session: Session) -> None:
    session.site.draft.set("size.multi_az", True)
    session.site.draft.set("domain.name", "charging.example.com")
    session.site.draft.set("domain.dns", "external")
    async with at("review", (160, 60)) as (app, _):
        said = screen_text(app)
        assert "Standby database  on" in said
        assert "DNS of the domain another provider" in said
        assert "Budget            $" in said


async def test_answers_that_were_left_as_proposed_have_lines_too(at: Open) -> None:
    async with at("review", (80, 60)) as (app, pilot):
        said = await walk(pilot, "4")
        for what, answer in {
            "Alert at % of the budget": "80",
            "Alert at % in the forecast": "100",
            "Notify me about unusual spending": "on",
            "Let viewers register themselves": "off",
            "Standby database": "off",
            "Outbound access": "Direct",
            "Firewall": "Blocks",
            "Backup days": "7",
            "What runs SolarRally": "Tasks of Amazon ECS",
            "Administrator": "ops@example.com",
        }.items():
            assert f"{what:<32} {answer}" in said
        assert isinstance(app.screen, ReviewScreen)


async def test_the_list_of_answers_scrolls_where_it_has_no_room(at: Open) -> None:
    async with at("review") as (app, pilot):
        await walk(pilot, "4")
        listed = app.screen.query_one("#answers", OptionList)
        assert listed.max_scroll_y > 0
        assert "Administrator" in await walk(pilot, "end")
        assert "Answers" in screen_text(app)


def test_a_question_longer_than_its_column_goes_on_below() -> None:
    listed = [("size", "Name", "barn"), ("size", "One of many words here", "on and on")]
    assert [str(row.prompt) for row in rows(listed, lambda *_: False, 26)] == [
        "  Name              barn",
        "  One of many words on and\n  here              on",
    ]


async def test_the_arrows_lead_through_all_tabs_and_back(at: Open) -> None:
    async with at("review") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        for name in ("changes", "permissions", "answers", "picture"):
            await walk(pilot, "right")
            assert screen.section == name
        await walk(pilot, "left", "left")
        assert screen.section == "permissions"


@pytest.mark.parametrize(
    ("left", "words"),
    [(90, "longer than deploying takes"), (20, "ends in 20 min"), (-5, "has ended")],
)
def test_the_session_is_compared_with_the_time_that_is_needed(left: int, words: str) -> None:
    who = replace(ME, expires=NOW + timedelta(minutes=left))
    assert words in beside("", Times(1260, 2100, who, NOW), 120).plain


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (ME, "When it ends is unknown"),
        (replace(ME, renewed=True), "renewed while you are signed in"),
        (replace(ME, arn="arn:aws:iam::123456789012:root"), "keys never expire"),
        (None, "not signed in"),
    ],
)
def test_of_a_session_without_an_end_only_what_is_known_is_said(
    who: Who | None, words: str
) -> None:
    assert words in beside("", Times(1260, 2100, who, NOW), 120).plain


@pytest.mark.parametrize(
    ("size", "tabs", "beside"),
    [
        ((80, 24), ["1 Cost", "2 What", "3 Perm", "4 Answ", "5 Pict"], set()),
        ((120, 40), ["1 Cost", "2 What", "3 Perm", "4 Answ"], {"picture"}),
        ((160, 24), ["1 Cost", "2 What", "3 Perm", "4 Pict"], {"side"}),
        ((200, 60), ["1 Cost", "2 What", "3 Perm"], {"picture", "side"}),
    ],
)
async def test_tabs_are_numbered_from_one_above_what_they_change(
    at: Open, size: tuple[int, int], tabs: list[str], beside: set[str]
) -> None:
    async with at("review", size) as (app, pilot):
        shown = [tab for tab in app.screen.query(Tab) if tab.display]
        assert [tab.label.plain[:6] for tab in shown] == tabs
        assert len({tab.region.y for tab in shown}) == 1
        apart = {id_ for id_ in ("picture", "side") if app.screen.query_one(f"#{id_}").display}
        assert apart == beside
        assert shown[0].region.x == app.screen.query_one("#text").region.x
        await pilot.press(str(len(tabs)))
        assert app.screen.query_one(Tabs).active == shown[-1].id
        assert ("AWS IoT" in screen_text(app)) == bool(
            {"picture", "tab-picture"} & {*beside, shown[-1].id}
        )


def test_a_change_takes_as_long_as_its_slowest_part() -> None:
    assert "21 to 35" in duration(plans.FIRST, 1260, 2100)
    assert "10 to 30" in duration(plans.HARMLESS, 1260, 2100)
    assert "5 to 10" in duration(plans.planned(app=plans.SERVERS), 1260, 2100)
    assert "a minute" in duration(plans.SAME, 1260, 2100)


def test_what_has_no_price_is_not_zero() -> None:
    unknown = plans.CostChange("data", "Database", "AWS::RDS::DBInstance", None)
    assert plans.planned(costs=(unknown,)).monthly is None
    assert plans.HARMLESS.monthly == Decimal("43.93")


async def test_who_expires_is_told_in_cost_and_time(at: Open) -> None:
    ends = datetime.now(UTC) + timedelta(minutes=3)
    who = Who(ME.account, ME.arn, ME.source, ME.region, ends)
    async with at("review", who=who) as (app, _):
        assert "maybe before the deployment" in text_of(app)


async def test_a_domain_with_dns_elsewhere_says_that_deploying_waits(
    at: Open, session: Session
) -> None:
    session.site.draft.set("domain.name", "charging.example.com")
    session.site.draft.set("domain.dns", "external")
    async with at("review", (120, 40)) as (app, _):
        assert "It waits for you: Provision shows the DNS records" in text_of(app)


async def test_what_stops_a_deployment_is_named_and_deploying_anyway_is_a_decision(
    at: Open, services: Scripted
) -> None:
    obstacle = Finding(
        "plan",
        "Account plan",
        Severity.FAIL,
        "Free plan: RDS refuses size.backup_days = 7 [/x].",
        "Set size.backup_days = 1, which the free plan allows.",
    )
    services.plans.plan = replace(plans.FIRST, obstacles=(obstacle,))
    async with at("review") as (app, pilot):
        assert "The account is not ready: Account plan." in summary_of(app)
        await pilot.press("2")
        assert "Set Backup days on Size to 1" in " ".join(text_of(app).split())
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "Backup days = 7 [/x]" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert services.deployed == []
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "Keep backups for 1 day" in screen_text(app)
        await pilot.press("right", "right", "enter")
        await pilot.pause()
        await walk(pilot, "right", "enter")
        assert [site.name for site in services.deployed] == ["sunny-garage"]
        assert services.preflight is False


async def test_one_button_changes_the_answer_that_the_account_does_not_allow(
    at: Open, services: Scripted
) -> None:
    refused = Finding("plan", "Account plan", Severity.FAIL, "Backups for 7 days.", "Upgrade.")
    services.plans.plan = replace(plans.FIRST, obstacles=(refused,))
    async with at("review") as (app, pilot):
        services.plans.plan = plans.FIRST
        await walk(pilot, "ctrl+n", "right", "enter")
        assert app.session.site.draft.site().size.backup_days == 1
        assert services.deployed == []
        assert "not ready" not in summary_of(app)
        await walk(pilot, "ctrl+n", "right", "enter")
        assert [site.size.backup_days for site in services.deployed] == [1]
        assert services.preflight is True


async def test_review_follows_a_run_and_asks_for_nothing_more_once_the_account_matches(
    at: Open, services: Scripted, session: Session
) -> None:
    services.hold.clear()
    services.plans.plan = plans.SAME
    async with at("review", (120, 40)) as (app, pilot):
        await walk(pilot, "ctrl+n", "right", "enter", seconds=0.3)
        asked = len(services.plans.asked)
        await walk(pilot, "escape", seconds=0.3)
        assert "steps done" in summary_of(app)
        assert "You can deploy" not in summary_of(app)
        assert len(services.plans.asked) == asked
        services.plans.hold.clear()
        services.hold.set()
        text = await until(app, pilot, "Looking whether the account matches")
        assert "✓ Provision" in text
        await until(app, pilot, "^n See the result")
        services.plans.hold.set()
        text = await until(app, pilot, "There is nothing to change.")
        assert "Deploy continues it" not in text
        assert len(services.plans.asked) == asked + 1
        await walk(pilot, "ctrl+n", seconds=0.3)
        assert app.screen.query("#steps")
        assert len(services.deployed) == 1
        await walk(pilot, "escape", seconds=0.3)
        await until(app, pilot, "There is nothing to change.")
        text = await until(app, pilot, "^n See the result")
        assert "Deploy anyway y" in text
        await walk(pilot, "y", seconds=0.3)
        await until(app, pilot, "Deploy checks each part once more")


async def test_a_step_says_that_a_deployment_goes_on_and_what_its_answers_mean(
    at: Open, services: Scripted, session: Session
) -> None:
    services.hold.clear()
    async with at("review") as (app, pilot):
        await walk(pilot, "ctrl+n", "right", "enter", seconds=0.3)
        await app.go(Go("size"))
        await until(app, pilot, "● Deploying: ")
        assert "another Deploy" in said(app)
        services.hold.set()
        text = await until(app, pilot, f"{position('size')}  ━")
        assert said(app) == ""
        assert "Deploying" not in text
