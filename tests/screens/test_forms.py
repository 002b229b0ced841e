"""The steps that ask questions, driven by keys."""

import re
from dataclasses import replace

import pytest
from textual.widgets import Collapsible

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.domains.hosted_zones import Zone, most_specific
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.interview.questions import Question, QuestionKind
from solarrally_tui.interview.steps import BY_ID, QUESTIONS
from solarrally_tui.screens.account.screen import AccountScreen
from solarrally_tui.screens.billing import BillingScreen
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.domain.screen import DomainScreen
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.size.screen import SizeScreen
from solarrally_tui.screens.welcome import WelcomeScreen
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.site.tiers import Tier
from solarrally_tui.wizard.model import Who
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.services import ME, NOBODY, Scripted
from tests.screens.support import Open, screen_text, until, walk

HOSTILE = "x[/b][red]$(rm)`'\"\u202e\U0001f600"


async def test_a_name_and_enter_start_a_site(at: Open, session: Session, store: DraftStore) -> None:
    session.site.draft.set("name", "")
    async with at("welcome") as (app, pilot):
        await walk(pilot, *"barn", "enter")
        assert isinstance(app.screen, AccountScreen)
        assert [saved.name for saved in store.all()] == ["barn"]


async def test_a_bad_name_is_explained_in_place(at: Open, session: Session) -> None:
    session.site.draft.set("name", "")
    async with at("welcome") as (app, pilot):
        await pilot.press("B", "enter")
        assert isinstance(app.screen, WelcomeScreen)
        text = screen_text(app)
        assert "▲ Must be 3 to 20 characters" in text
        assert "Example: sunny-garage" in text
        await pilot.press("backspace", *"barn")
        assert "▲ Must be" not in screen_text(app)


async def test_a_draft_is_continued_where_it_was_left(
    at: Open, session: Session, store: DraftStore
) -> None:
    session.site.draft.step = "size"
    session.site.draft.set("size.chargers", "7")
    store.save(session.site.draft)
    session.site.draft.set("name", "")
    async with at("welcome") as (app, pilot):
        assert "draft at Size, just now" in screen_text(app)
        await walk(pilot, "tab", "enter")
        assert isinstance(app.screen, SizeScreen)
        assert "Step 4 of 9 · Size" in screen_text(app)
        assert app.session.site.draft.text("size.chargers") == "7"


async def test_a_site_that_stopped_has_one_line_which_continues_it(
    at: Open, session: Session, store: DraftStore, services: Scripted
) -> None:
    session.site.draft.step = "review"
    store.save(session.site.draft)
    session.site.draft.set("name", "")
    services.known_sites = ("barn", "sunny-garage")
    services.incomplete = frozenset({"sunny-garage"})
    async with at("welcome", (120, 40)) as (app, pilot):
        text = await until(app, pilot, "incomplete")
        (line,) = [line for line in text.splitlines() if " sunny-garage  " in line][1:]
        assert re.search(r"✗ incomplete · us-east-1 · \$\d+ a month so far · draft", line)
        await walk(pilot, "tab", "enter")
        assert isinstance(app.screen, ReviewScreen)


async def test_prices_begin_no_draft_and_lead_back_to_a_start(
    at: Open, session: Session, store: DraftStore
) -> None:
    session.site.seen.clear()
    async with at("welcome") as (app, pilot):
        await walk(pilot, "tab", "enter")
        assert isinstance(app.screen, SizeScreen)
        await walk(pilot, "escape")
        assert isinstance(app.screen, WelcomeScreen)
        assert not store.holds("sunny-garage")
        assert "Account" in await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, AccountScreen)
        assert store.holds("sunny-garage")


async def test_a_draft_that_was_left_at_the_start_continues_after_it(
    at: Open, session: Session, store: DraftStore
) -> None:
    store.save(Draft(session.site.draft.answers, "welcome"))
    session.site.draft = Draft()
    async with at("welcome") as (app, pilot):
        assert "Continue the draft" in await walk(pilot, *"sunny-garage", "enter")
        await walk(pilot, "enter")
        assert isinstance(app.screen, AccountScreen)


async def test_the_name_of_a_draft_does_not_overwrite_it(
    at: Open, session: Session, store: DraftStore
) -> None:
    answers = {"name": "barn", "size": {"chargers": 7}}
    store.save(Draft(session.site.draft.answers | answers, "size"))
    session.site.draft = Draft()
    async with at("welcome") as (app, pilot):
        assert "Continue the draft barn?" in await walk(pilot, *"barn", "enter")
        await walk(pilot, "escape")
        assert isinstance(app.screen, WelcomeScreen)
        kept = store.load("barn")
        assert kept is not None
        assert kept.text("size.chargers") == "7"
        await walk(pilot, "enter", "enter")
        assert isinstance(app.screen, SizeScreen)
        assert app.session.site.draft.text("size.chargers") == "7"


async def test_deployed_sites_are_listed_and_opened(at: Open, services: Scripted) -> None:
    services.known_sites = ("barn",)
    async with at("welcome") as (app, pilot):
        await walk(pilot, "tab", "enter")
        assert app.session.site.deployed == "barn"
        assert "OK  The site is well." in screen_text(app)


async def test_nobody_signed_in_is_explained_and_retried(at: Open, services: Scripted) -> None:
    services.who_answers = [NOBODY, ME]
    async with at("account", who=None) as (app, pilot):
        text = screen_text(app)
        assert "No usable AWS credentials were found." in text
        assert "Run aws login" in text
        assert "Signed in" in await walk(pilot, "f5")
        assert "123456789012 · us-east-1" in screen_text(app)


async def test_prices_can_be_seen_without_an_account(at: Open, services: Scripted) -> None:
    services.who_answers = [NOBODY]
    async with at("account", who=None) as (app, pilot):
        await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, BillingScreen)


async def test_the_root_user_is_warned(at: Open, services: Scripted) -> None:
    services.who_answers = [Who("1", "arn:aws:iam::1:root", "env", "us-east-1")]
    async with at("account", who=None) as (app, _):
        assert "This is the root user" in screen_text(app)


@pytest.mark.parametrize(
    ("of_the_engine", "here"),
    [
        ("RDS refuses size.backup_days = 7.", "RDS refuses Backup days = 7."),
        ("Set size.backup_days = 1, which", "Set Backup days on Size to 1, which"),
        ('Or set size.egress = "public-tasks".', "Or set Outbound access on Size to Direct."),
        (
            'Set domain.dns = "external": you',
            "Set DNS of the domain on Domain to another provider: you",
        ),
        ('Set size.architecture = "x86_64".', "Set architecture in the site file to x86_64."),
        ("Or choose another Region (region in the site file).", "Or choose another Region above."),
    ],
)
def test_an_answer_is_named_by_its_label_and_step(of_the_engine: str, here: str) -> None:
    assert in_the_wizard(of_the_engine) == here


async def test_the_region_is_chosen_with_keys(at: Open) -> None:
    async with at("account") as (app, pilot):
        await pilot.press("enter", "down", "enter")
        await pilot.pause()
        assert app.session.site.draft.get("region") == "us-east-2"


async def test_the_budget_is_proposed_and_may_be_typed(at: Open) -> None:
    async with at("billing") as (app, pilot):
        assert "78 (the high estimate)" in screen_text(app)
        await walk(pilot, "enter", *"120", "enter")
        assert app.session.site.draft.site().alerts.monthly_budget_usd == 120
        assert isinstance(app.screen, DomainScreen)


async def test_back_keeps_answers_also_wrong_ones(at: Open) -> None:
    async with at("billing") as (app, pilot):
        email = app.screen.query_one("#field-alerts-email", Field).input
        email.value = HOSTILE
        await pilot.pause()
        await walk(pilot, "escape")
        assert isinstance(app.screen, AccountScreen)
        assert "▲ Billing alerts" not in screen_text(app)
        await walk(pilot, "ctrl+n")
        assert app.screen.query_one("#field-alerts-email", Field).input.value == HOSTILE
        await pilot.press("ctrl+n")
        assert isinstance(app.screen, BillingScreen)
        assert "Must be an e-mail address. Example: ops@example.com" in screen_text(app)


async def test_space_changes_the_tick(at: Open) -> None:
    async with at("billing") as (app, pilot):
        await pilot.press("tab", "tab", "tab", "tab", "space")
        await pilot.pause()
        assert app.session.site.draft.site().alerts.anomaly_detection is False
        assert "[ ] Notify me" in screen_text(app)


async def test_an_own_domain_finds_its_zone(at: Open) -> None:
    async with at("domain") as (app, pilot):
        await walk(pilot, "down")
        await pilot.press("tab", *"go.sun.example.com")
        await pilot.pause()
        assert "✓ Hosted zone    sun.example.com, in this account." in screen_text(app)
        assert app.session.site.draft.site().domain.hosted_zone_id == "Z0EXAMPLE2"
        await pilot.press("shift+tab", "up")
        await pilot.pause()
        assert app.session.site.draft.site().domain.name == ""
        await pilot.press("down")
        await pilot.pause()
        assert app.session.site.draft.site().domain.name == "go.sun.example.com"


async def test_an_own_domain_needs_a_name(at: Open) -> None:
    async with at("domain") as (app, pilot):
        await walk(pilot, "down", "ctrl+n")
        assert isinstance(app.screen, DomainScreen)
        assert "Enter a value. Example: charging.example.com" in screen_text(app)


async def test_zones_that_cannot_be_read_do_not_stop_anybody(at: Open, services: Scripted) -> None:
    services.zone_list = AwsError("AccessDenied", "no", "route53", "list")
    async with at("domain") as (_, pilot):
        assert "The hosted zones could not be read. AWS refused the call." in await walk(
            pilot, "down"
        )


def test_the_most_specific_zone_wins_and_dots_count() -> None:
    zones = (Zone("1", "example.com"), Zone("2", "a.example.com"))
    assert most_specific("x.a.example.com", zones) == zones[1]
    assert most_specific("a.example.com", zones) == zones[1]
    assert most_specific("notexample.com", zones) is None


async def test_each_key_reprices(at: Open) -> None:
    async with at("size", (120, 40)) as (app, pilot):
        assert "$60 a month" in screen_text(app)
        await pilot.press("right")
        await pilot.pause()
        assert app.session.site.draft.get("tier") == "medium"
        assert "$216 a month" in screen_text(app)
        await pilot.press("tab", "ctrl+u", *"50")
        await pilot.pause()
        assert app.session.site.draft.get("size.chargers") == "50"
        assert "$224 a month" in screen_text(app)
        assert "for 50" in await walk(pilot)


async def test_sizes_that_do_not_fit_are_explained_at_once(at: Open) -> None:
    async with at("size") as (app, pilot):
        await pilot.press("tab", "ctrl+u", *"50")
        await pilot.pause()
        assert "Medium suits this number better" in screen_text(app)
        await pilot.press("ctrl+u", *"5000")
        await pilot.pause()
        shown = screen_text(app)
        assert "▲ Must be at most 1,000. More chargers need a second site." in shown
        assert shown.count("no price yet") == len(Tier)
        assert "$" not in shown
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "attention." in screen_text(app)
        await pilot.press("ctrl+u", *"50")
        await pilot.pause()
        assert "attention." not in screen_text(app)


async def test_review_jumps_to_an_answer_and_says_what_is_missing(
    at: Open, session: Session
) -> None:
    session.site.draft.set("alerts.email", "")
    async with at("review") as (app, pilot):
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
        assert "Billing alerts needs an answer." in screen_text(app)
        await walk(pilot, "4", "down", "down", "enter")
        assert isinstance(app.screen, BillingScreen)


async def test_review_without_an_account_does_not_deploy(at: Open, services: Scripted) -> None:
    async with at("review", who=None) as (app, pilot):
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "You are not signed in" in screen_text(app)
        assert services.deployed == []


async def test_help_opens_and_closes(at: Open) -> None:
    async with at("size") as (app, pilot):
        await pilot.press("f1")
        await pilot.pause()
        assert "For a home, a fleet" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, SizeScreen)


@pytest.mark.parametrize("step", [step.id for step in QUESTIONS])
async def test_a_question_that_is_added_once_is_asked_on_its_screen(
    at: Open, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    new = (
        Question("devices.fault_alarm", "Tell me about faults", kind=QuestionKind.TICK),
        Question(
            "devices.archive_days", "Days of archive", kind=QuestionKind.NUMBER, why="For audits."
        ),
    )
    old = BY_ID[step]
    monkeypatch.setitem(BY_ID, step, replace(old, questions=(*old.questions, *new)))
    async with at(step, (120, 60)) as (app, pilot):
        assert "Tell me about faults" in screen_text(app)
        app.screen.query_one("#field-devices-fault-alarm").focus()
        await pilot.press("space", "tab", "ctrl+u", "9", "f1")
        await pilot.pause()
        assert "For audits." in screen_text(app)
        assert app.session.site.draft.get("devices.fault_alarm") is True
        assert app.session.site.draft.text("devices.archive_days") == "9"


async def test_a_question_that_does_not_apply_is_not_asked(
    at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = Question("devices.archive_days", "Days of archive", when=lambda _: False)
    shown = Question("devices.fault_alarm", "Tell me about faults", when=lambda _: True)
    old = BY_ID["billing"]
    monkeypatch.setitem(BY_ID, "billing", replace(old, questions=(*old.questions, hidden, shown)))
    async with at("billing", (120, 60)) as (app, _):
        assert "Tell me about faults" in screen_text(app)
        assert "Days of archive" not in screen_text(app)


async def test_what_few_sites_need_is_behind_more_options(at: Open) -> None:
    async with at("size", (120, 60)) as (app, pilot):
        assert "Availability Zones to avoid" not in screen_text(app)
        app.screen.query_one("#more CollapsibleTitle").focus()
        await pilot.press("enter", "tab", *"eu-west-1a, use1-az2", "enter")
        await pilot.pause()
        assert app.session.site.draft.text("network.avoid_zones") == "eu-west-1a, use1-az2"
        app.screen.query_one("#more", Collapsible).collapsed = True
        await pilot.press("ctrl+n")
        await pilot.pause()
        # The wizard stays, opens what hides the answer and says what is wrong with it.
        assert "which is not in us-east-1" in screen_text(app)
        assert app.focused is app.screen.query_one("#field-network-avoid-zones Input")
        await pilot.press(*(["backspace"] * 20), *"use1-az2", "ctrl+n")
        await pilot.pause()
        assert app.session.site.draft.site().network.avoid_zones == ("use1-az2",)
        assert not isinstance(app.screen, SizeScreen)


async def test_more_options_are_open_where_one_of_them_is_used(at: Open, session: Session) -> None:
    session.site.draft.set("alerts.budget", False)
    async with at("billing", (120, 60)) as (app, _):
        assert "Create a budget in AWS" in screen_text(app)


def test_every_question_says_what_it_costs_and_whether_it_can_change() -> None:
    for step in QUESTIONS:
        for asked in step.questions:
            assert all((asked.what, asked.why, asked.cost, asked.later)), asked.path


async def test_help_explains_the_question_that_has_the_cursor(at: Open) -> None:
    async with at("size") as (app, pilot):
        await pilot.press("tab", "tab", "tab", "tab", "f1")
        await pilot.pause()
        text = screen_text(app)
        assert "A second database in another Availability Zone" in text
        assert "It doubles the price of the database." in text
        assert "You can switch it on or off later." in text


async def test_options_are_answers_and_prices_follow(at: Open, services: Scripted) -> None:
    async with at("size") as (app, pilot):
        await pilot.press("tab", "tab", "tab", "tab", "space")
        await pilot.pause()
        assert app.session.site.draft.site().size.multi_az is True
        await pilot.press("tab", "enter", "down", "enter")
        await pilot.pause()
        assert app.session.site.draft.site().size.egress.startswith("nat-")
        app.screen.query_one("#tiers").focus()
        await pilot.press("right", "left")
        await pilot.pause()
        size = app.session.site.draft.site().size
        assert size.multi_az is True
        assert size.egress.startswith("nat-")


async def test_a_wrong_name_is_repaired_on_the_second_enter(at: Open, session: Session) -> None:
    session.site.draft.set("name", "")
    async with at("welcome") as (app, pilot):
        text = await walk(pilot, *"Mill 1", "enter")
        assert "Did you mean mill-1?" in " ".join(text.split())
        assert "Press Enter again to take mill-1." in " ".join(text.split())
        await walk(pilot, "enter")
        assert session.site.draft.name == "mill-1"
        assert not isinstance(app.screen, WelcomeScreen)
