"""Size explains where the money goes: every share, every line, and which choice changes it."""

import asyncio
import re
import textwrap
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from textual.widgets import OptionList, Select, Static

from solarrally_tui.app import WizardApp
from solarrally_tui.architecture.diagram import BoxId, diagram
from solarrally_tui.interview.draft import Draft
from solarrally_tui.pricing.advice.curve import Curve
from solarrally_tui.pricing.breakdown import EstimateRow, part_of, rows
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.explain import name, product, what
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.metering.resources import resources
from solarrally_tui.pricing.money import USD, Money
from solarrally_tui.pricing.service_names import SERVICES
from solarrally_tui.screens.common.money import with_cents
from solarrally_tui.screens.picture.captions import captions
from solarrally_tui.screens.size.bars import CostBars
from solarrally_tui.screens.size.cost_lines import CostLinesScreen, explained, in_groups
from solarrally_tui.screens.size.cost_table import WORDS, cost_table
from solarrally_tui.screens.size.curve_chart import CurveScreen
from solarrally_tui.screens.size.screen import SizeScreen
from solarrally_tui.screens.size.what_if import by_line, by_parts, choices
from solarrally_tui.screens.widgets.pick import Pick
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Tier
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.services import Scripted
from tests.screens.support import PATIENCE, Open, said, screen_text, settle, walk

TO_BARS = ("shift+tab",) * 6


@pytest.fixture
def real(services: Scripted, monkeypatch: pytest.MonkeyPatch) -> Callable[[Site], Estimate]:
    """Let the screens see the estimate of the engine."""
    monkeypatch.setattr(services, "estimate", estimate)
    return estimate


def words_on(app: WizardApp) -> str:
    """Return what is on the screen as running text, without borders."""
    return " ".join(screen_text(app).replace("▌", " ").replace("│", " ").split())


def draft(**more: object) -> Draft:
    made = Draft(
        {
            "name": "barn",
            "region": "us-east-1",
            "tier": "small",
            "alerts": {"email": "ops@example.com"},
        }
    )
    for path, value in more.items():
        made.set(path.replace("__", "."), value)
    return made


@pytest.mark.usefixtures("real")
async def test_a_share_with_the_marker_is_explained(at: Open) -> None:
    async with at("size") as (app, pilot):
        assert "▸Load balancer $17.01" in await walk(pilot, *TO_BARS)
        await walk(pilot, "right", "right")
        text = words_on(app)
        assert "▸Database $13.98" in text
        assert "Stores users, encrypted and backed up" in text
        assert "730 x $0.016 per hour" in text
        assert "Changes with: size large +$103.19" in text


@pytest.mark.usefixtures("real")
async def test_every_line_is_listed_and_explained(at: Open) -> None:
    async with at("size", (120, 40)) as (app, pilot):
        await walk(pilot, *TO_BARS, "right", "right", "enter")
        assert isinstance(app.screen, CostLinesScreen)
        text = words_on(app)
        assert "The database instance, by the hour." in text
        assert "730 x $0.016 per hour = $11.68 a month. Price of 20" in text
        assert "Fixed: billed whether or not the site is used." in text
        assert "a standby database +$11.68" in text
        groups = in_groups(estimate(app.session.site.draft.site_for_prices()), USD)
        lines = [line.row for group in groups for line in group.rows]
        listed = app.screen.query_one(OptionList)
        assert listed.option_count == len(lines) + len(groups)
        free = next(n for n, one in enumerate(lines) if getattr(one, "is_allowance", False))
        listed.highlighted = listed.get_option_index(str(free))
        text = await walk(pilot)
        assert "AWS takes this off every account's bill, always." in text
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, SizeScreen)


def test_what_is_free_stands_below_all_that_it_is_taken_off() -> None:
    free = 0
    for group in in_groups(estimate(draft().site_for_prices()), USD):
        lines = [one.row for one in group.rows if isinstance(one.row, EstimateRow)]
        charges = [row for row in lines if not row.is_allowance]
        assert lines[0] == max(charges, key=lambda row: row.monthly)
        for at, row in enumerate(lines):
            if row.is_allowance:
                free += 1
                taken_off = [
                    one for one in charges if (one.service, one.unit) == (row.service, row.unit)
                ]
                assert taken_off
                assert lines[at - len(taken_off) : at] == taken_off
    assert free


@pytest.mark.parametrize("money", [USD, Money("EUR", Decimal("0.917"), "2026-11-29")])
@pytest.mark.parametrize("tier", list(Tier))
def test_the_lines_have_the_parts_of_the_table_in_its_order_and_add_up_to_them(
    tier: Tier, money: Money
) -> None:
    cost = estimate(draft().site_for_prices(tier))
    table = cost_table({tier: cost}, tier, money, 99, full=False)
    groups = in_groups(cost, money)
    assert [(each.words, (each.shown,)) for each in groups] == [
        (row.words, row.amounts) for row in table.rows
    ]
    assert sum(each.shown for each in groups) == money.cents(cost.expected)


@pytest.mark.parametrize("dns", ["route53", "external"])
def test_a_hosted_zone_is_not_called_cloudfront_alone(dns: str) -> None:
    made = draft()
    made.set("domain.name", "charging.example.org")
    made.set("domain.dns", dns)
    table = cost_table(
        {Tier.SMALL: estimate(made.site_for_prices())}, Tier.SMALL, USD, 99, full=False
    )
    named = {row.words for row in table.rows if BoxId.DELIVERY in row.share.parts}
    assert named == {"CloudFront, DNS" if dns == "route53" else "CloudFront"}


@pytest.mark.usefixtures("real")
async def test_both_shapes_and_what_functions_give_up_are_shown_before_one_is_chosen(
    at: Open,
) -> None:
    async with at("size") as (app, pilot):
        app.screen.query_one("#more CollapsibleTitle").focus()
        await walk(pilot, "enter")
        pick = next(one for one in app.screen.query(Pick) if one.path == "size.shape")
        pick.query_one(Select).focus()
        text = " ".join((await walk(pilot)).replace("▌", " ").split())
        assert "functions of AWS Lambda: $43 a month" in text
        assert "A month as tasks $67, as functions $43." in text
        assert "A live view connects again every two hours." in text
        assert "It cannot change later." in text
        assert app.session.site.draft.text("size.shape") == "tasks"


async def test_a_wrong_answer_has_no_lines(at: Open) -> None:
    async with at("size") as (app, pilot):
        await pilot.press("tab", "ctrl+u", *"5000", "f3")
        await pilot.pause()
        assert isinstance(app.screen, SizeScreen)
        assert said(app) == "No price to explain."
        assert not app.screen.query_one(CostBars).can_focus


async def test_bars_are_drawn_anew_for_another_terminal(at: Open) -> None:
    async with at("size") as (app, pilot):
        assert "━━━ ━━" in screen_text(app)
        assert "Database $21.60" in screen_text(app)
        await pilot.resize_terminal(120, 40)
        await settle(app, pilot)
        wide = screen_text(app)
        assert "$21.60  ━━━" in wide
        assert "Medium $224" in wide  # the curve
        assert "Monitoring" in wide
        await pilot.resize_terminal(80, 24)
        await settle(app, pilot)
        assert "━━━ ━━" in screen_text(app)
        assert "The rest" in screen_text(app)


@pytest.mark.usefixtures("real")
async def test_a_total_without_a_price_that_matters_says_at_least(
    at: Open, session: Session
) -> None:
    session.site.draft.set("size.database_class", "db.m8g.large")
    async with at("size") as (app, pilot):
        text = screen_text(app)
        assert "at least $" in text
        assert text.count("at least $") == len(Tier)
        assert text.count(" or more") == 1  # the note
        await walk(pilot, "f3", "end")
        assert "No price for AmazonRDS, RDS PostgreSQL" in words_on(app)
    async with at("review") as (app, _):
        assert "At least $" in screen_text(app)


@pytest.mark.parametrize("tier", list(Tier))
def test_every_line_of_every_tier_has_words(tier: Tier) -> None:
    cost = estimate(draft().site_for_prices(tier))
    for row in rows(cost.lines):
        assert what(row), f"add {row.item} to _ITEMS in pricing/explain.py"
        assert (row.service == "awswaf") == name(row).startswith("Firewall"), row.item
        assert row.service in SERVICES, f"add {row.service} to pricing/service_names.py"
        assert product(row).endswith(f"${abs(row.monthly):,.2f}"), row.item
    assert all(len(service.name) <= 21 for service in SERVICES.values())


@pytest.mark.parametrize("money", [USD, Money("EUR", Decimal("0.917"), "2026-11-29")])
@pytest.mark.parametrize("most", [1, 4, 8, 99])
def test_amounts_add_up_however_few_are_shown_and_are_those_of_the_picture(
    money: Money, most: int
) -> None:
    sites = {tier: draft(size__chargers=40).site_for_prices(tier) for tier in Tier}
    costs = {tier: estimate(site) for tier, site in sites.items()}
    for at, (tier, cost) in enumerate(costs.items()):
        table = cost_table(costs, tier, money, most, full=True)
        assert len(table.rows) <= most
        amounts = [row.amounts[at] for row in table.rows]
        assert sum(amount or 0 for amount in amounts) == money.cents(cost.expected)
        assert table.totals[0][1][at] == money.cents(cost.expected)
        assert sum(row.share.monthly for row in table.rows) == cost.expected
        shown = diagram(sites[tier], resources(sites[tier]), cost.lines)
        drawn = captions(shown, money)
        own = {row.words: amount for row, amount in zip(table.rows, amounts, strict=True)}
        for box in shown.boxes:
            if WORDS[box.id] in own and box.monthly and not money.foreign:  # without cents there
                assert drawn[box.id].price == with_cents(own[WORDS[box.id]] or Decimal(0), money)


def test_what_choices_change_is_what_the_estimate_says() -> None:
    made = draft()
    mine = estimate(made.site_for_prices())
    found = choices(made, estimate)
    assert {each.words for each in found} >= {
        "size medium",
        "20 chargers",
        "20 seconds per message",
        "a standby database",
        "outbound access one NAT gateway",
        "firewall off",
        "Region Frankfurt",
        "functions in place of tasks",
    }
    assert (
        f"size medium +${estimate(made.site_for_prices(Tier.MEDIUM)).expected - mine.expected:,.2f}"
        in by_parts(frozenset(BoxId), mine, found)
    )
    by_item = {row.item: by_line(row, mine, found) for row in rows(mine.lines, part_of)}
    assert by_item["Customer managed key"] == "No choice on Size changes it."
    assert "firewall off -$5.00" in by_item["Web ACL, CloudFront scope (Global-WebACLV2)"]
    assert "a standby database +$2.30" in by_item["RDS gp3 storage Single-AZ"]
    assert "size medium +$3.65" in by_item["Public IPv4 in use"]


def test_choices_turn_round_where_they_are_taken_already() -> None:
    made = draft(
        size__multi_az=True, size__egress="nat-single", size__waf="off", region="us-west-2"
    )
    words = {each.words for each in choices(made, estimate)}
    assert {"no standby database", "outbound access direct", "firewall blocks"} <= words


@pytest.mark.parametrize("room", [(74, 3), (84, 5)])
def test_an_explanation_fits_its_room(room: tuple[int, int]) -> None:
    made = draft()
    cost = estimate(made.site_for_prices())
    found = choices(made, estimate)
    for row in cost_table({Tier.SMALL: cost}, Tier.SMALL, USD, 8, full=False).rows:
        text = explained(row.share, cost, found, room)
        assert len(textwrap.wrap(text, room[0])) <= room[1]
        assert "Changes with" in text or "No choice" in text


async def test_looking_at_another_tier_keeps_what_was_typed(at: Open, session: Session) -> None:
    async with at("size") as (_, pilot):
        shown = await walk(pilot, "tab", "ctrl+u", "6")
        assert shown.count("a month for 6 ") == len(Tier)
        await walk(pilot, "shift+tab", "right", "right", "left", "left")
        assert session.site.draft.text("size.chargers") == "6"
        shown = await walk(pilot, "right")
        assert "Small suits this number better" in shown
        assert shown.count("a month for 6 ") == len(Tier)


@pytest.mark.usefixtures("real")
async def test_an_emptied_field_has_no_price_and_the_tiers_can_be_changed(
    at: Open, session: Session
) -> None:
    async with at("size") as (_, pilot):
        shown = await walk(pilot, "tab", "ctrl+u")
        assert "▲ Must be a whole number." in shown
        assert shown.count("no price yet") == len(Tier)
        assert "$" not in shown
        shown = await walk(pilot, "shift+tab", "right")
        assert session.site.draft.get("tier") == "medium"
        assert "● Medium" in shown
        assert "Database $58.95" in await walk(pilot, "tab", "6")


async def test_prices_of_other_answers_are_pale(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()

    def held(site: Site) -> Estimate:
        may_end.wait(PATIENCE)
        return estimate(site)

    async with at("size", (120, 40)) as (app, pilot):
        monkeypatch.setattr(services, "estimate", held)
        tiers, note = app.screen.query_one("#tiers"), app.screen.query_one("#price-note", Static)
        before = str(note.content)
        try:
            await pilot.press("right")
            assert tiers.styles.opacity < 1
            assert note.styles.opacity < 1
            assert str(note.content) == before
        finally:
            may_end.set()
        await settle(app, pilot)
        assert tiers.styles.opacity == 1
        assert str(note.content) != before


async def test_the_costs_by_chargers_are_shown_once_they_are_there(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, curve = threading.Event(), services.curve

    def held(site: Site) -> Curve:
        may_end.wait(PATIENCE)
        return curve(site)

    async with at("size") as (app, pilot):
        monkeypatch.setattr(services, "curve", held)
        await pilot.press("right")
        assert isinstance(app.screen, SizeScreen)
        # The pilot would wait until the key has had its effect.
        asked = asyncio.create_task(app.screen.action_curve())
        try:
            await pilot.pause()
            assert not asked.done()
        finally:
            may_end.set()
        await asked
        await settle(app, pilot)
        assert isinstance(app.screen, CurveScreen)


async def test_just_prices_marks_no_step_and_leads_to_a_site(at: Open, session: Session) -> None:
    session.site.draft.set("name", "")
    session.site.draft.set("alerts.email", "")
    async with at("welcome", (120, 40)) as (app, pilot):
        session.site.seen.clear()
        app.screen.query_one("#existing", OptionList).focus()
        shown = await walk(pilot, "enter")
        assert "● Prices" in shown
        assert "▲" not in shown
        assert "Name the site" in shown
        shown = await walk(pilot, "ctrl+n")
        assert "Name of the site" in shown
        assert "○ Size" in shown
        await walk(pilot, "tab", "enter")
        await pilot.resize_terminal(80, 24)
        await settle(app, pilot)
        assert "Step 4 of 9" not in screen_text(app)


async def test_a_wrong_number_typed_among_prices_is_no_answer_of_the_site(
    at: Open, session: Session
) -> None:
    async with at("welcome", (120, 40)) as (app, pilot):
        session.site.seen.clear()
        app.screen.query_one("#existing", OptionList).focus()
        await walk(pilot, "enter", "tab", "ctrl+u", *"1500", "tab", "ctrl+u", *"20")
        assert session.site.draft.get("size.chargers") == "1500"
        await walk(pilot, "escape")
        assert session.site.draft.get("size.chargers") == 10
        assert session.site.draft.get("size.interval_seconds") == "20"


async def test_what_a_tier_does_not_allow_is_said(at: Open, session: Session) -> None:
    session.site.draft.set("size.max_tasks", 1)
    async with at("size") as (_, pilot):
        assert "max_tasks = 1 does not fit medium, which uses 4." in await walk(pilot, "right")
        assert "does not fit" not in await walk(pilot, "left")


@pytest.mark.usefixtures("real")
async def test_the_curve_shows_break_points_and_every_amount_in_another_currency(at: Open) -> None:
    async with at("size") as (app, pilot):
        shown = await walk(pilot, "ctrl+g")
        assert re.search(r"Small, 10 chargers: \$6\d.\d\d a month, \$\d{3} a year", shown)
        assert "$0.53 for one charger more" in words_on(app)
        assert "Above 10, Medium is recommended" in shown
        await walk(pilot, "tab", "tab", "enter", "ctrl+u", *"eur", "tab", *"abc")
        assert "Abc is not an exchange rate" in await walk(pilot, "enter")
        shown = await walk(pilot, "ctrl+u", *"0.9", "enter")
        assert "60 EUR a month" in shown
        assert "1 USD = 0.9 EUR, your rate" in words_on(app)
        assert "$" not in shown
        assert app.session.money.rate_date


@pytest.mark.usefixtures("real")
async def test_the_lines_are_in_the_currency_of_the_page_and_unit_prices_in_usd(
    at: Open, session: Session
) -> None:
    session.money = Money("EUR", Decimal("0.5"), "2026-11-29")
    async with at("size") as (app, pilot):
        assert "1 USD = 0.5 EUR, your rate" in words_on(app)
        await walk(pilot, "f3")
        text = words_on(app)
        assert "730 x $0.0225 per hour = $16.43, 8.21 EUR a month." in text
        cost = estimate(session.site.draft.site_for_prices())
        total = with_cents(session.money.cents(cost.expected), session.money)
        assert re.search(rf"a month, 1 USD = 0.5 EUR, your rate +{total}", text)
