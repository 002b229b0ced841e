"""solarrally plan and the confirmation of deploy, as a shell calls them."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path

import pytest

from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.blueprints import of_shape
from solarrally_tui.commands import plan
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.resources import resources
from solarrally_tui.pricing.unused import monthly_of
from solarrally_tui.provisioning.change.plan import (
    Change,
    CostChange,
    Doing,
    Effect,
    Plan,
    StackPlan,
    Standing,
    Weight,
)
from solarrally_tui.provisioning.deployment.progress.durations import usual
from solarrally_tui.provisioning.deployment.step_graph import TITLES
from solarrally_tui.provisioning.preview.cost import costs, not_known, of_new_site
from solarrally_tui.provisioning.preview.outlook import done, minutes, outlook
from solarrally_tui.provisioning.preview.preview import other_chargers
from solarrally_tui.provisioning.preview.render import headline, lines, to_json
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers, loads, to_answers
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.plans import EnginePlans
from solarrally_tui.wizard.run_outlook import outlook as run_outlook
from solarrally_tui.wizard.run_progress import Earlier, Prospects, RunProgress

SITE = """schema = 1
name = "planned-barn"
region = "us-east-1"
tier = "small"

[alerts]
email = "ops@example.com"
"""


def call(account: Account, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "solarrally_tui", *words],
        env=account.applied_to(os.environ),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "planned-barn.toml"
    path.write_text(SITE)
    return path


def test_plan_of_a_new_site_is_json_and_makes_nothing(account: Account, file: Path) -> None:
    done = call(account, "plan", str(file), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["site"], told["new"], told["dangerous"]) == ("planned-barn", True, False)
    assert {stack["standing"] for stack in told["stacks"]} == {"new"}
    priced = estimate(loads(SITE))
    assert Decimal(told["monthly"]) == Decimal(told["total"]["expected"]) == priced.expected
    assert sum(Decimal(row["monthly"]) for row in told["costs"]) == priced.expected
    assert told["builds"] is True
    assert 10 <= told["minutes"]["low"] < told["minutes"]["high"] <= 90
    again = call(account, "status", "planned-barn")
    assert "no site named planned-barn" in again.stderr


def test_a_confirmation_of_another_site_is_a_mistake(account: Account, file: Path) -> None:
    done = call(account, "deploy", str(file), "--yes", "--confirm-replacement", "other-barn")
    assert done.returncode == 2
    assert "planned-barn" in done.stderr


def test_a_file_that_is_not_valid_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("name = 1")
    assert plan.run(plan.Options(None, None, False, broken, False)) == 3


def test_what_is_not_known_of_a_new_site_is_never_zero() -> None:
    site = from_answers(to_answers(loads(SITE)) | {"region": "af-south-1"})
    plan = Plan(site.name, (StackPlan("data", "Database", Standing.NEW),), costs=of_new_site(site))
    told = to_json(plan, outlook(site, plan))
    assert told["monthly"] is None
    assert told["total"] == {"low": None, "expected": None, "high": None, "complete": False}
    assert "What the site costs is not known." in "\n".join(lines(plan, outlook(site, plan)))
    unread = Plan(
        site.name, (StackPlan("data", "Database", Standing.UNKNOWN),), costs=(not_known("data"),)
    )
    assert to_json(unread)["monthly"] is None


def test_a_plan_of_a_new_site_says_money_and_minutes() -> None:
    site = loads(SITE)
    plan = Plan(site.name, (StackPlan("data", "Database", Standing.NEW),), costs=of_new_site(site))
    text = " ".join("\n".join(lines(plan, outlook(site, plan))).split())
    assert f"costs {estimate(site).expected:,.2f} USD a month" in text
    assert re.search(r"Takes about \d+ to \d+ minutes\.", text)


@pytest.mark.parametrize(
    ("standings", "builds", "expected"),
    [
        ((Standing.NEW,), True, (20, 40)),
        ((Standing.UNCHANGED,), False, (1, 1)),
        ((Standing.NEW, Standing.UNCHANGED), False, (20, 40)),
        ((Standing.CHANGES,), True, (10, 20)),
        ((Standing.CHANGES,), False, (5, 10)),
    ],
)
def test_minutes_depend_on_what_changes(
    standings: tuple[Standing, ...], builds: bool, expected: tuple[int, int]
) -> None:
    stacks = tuple(StackPlan("data", "Database", standing) for standing in standings)
    assert minutes(Plan("barn", stacks, builds), (1200, 2400)) == expected


def stopped(site: Site, there: Collection[str]) -> Plan:
    """Return the plan of a site of which some stacks exist, with its costs."""
    stacks = tuple(
        StackPlan(i.id, i.title, Standing.UNCHANGED if i.id in there else Standing.NEW)
        for i in of_shape(site.size.shape)
    )
    listed = list(resources(site))
    before = [one for one in listed if one.stack in there]
    return Plan(site.name, stacks, costs=costs(site, before, site, listed, unused=True))


EARLY = ("bootstrap", "global", "network", "iot", "build")
LATE = (*EARLY, "balancer", "data", "app", "trail", "budget")


def test_what_is_left_of_a_site_that_stopped_takes_less_than_a_new_one() -> None:
    site = loads(SITE)
    highs = [
        outlook(site, plan).minutes
        for plan in (stopped(site, LATE), stopped(site, EARLY), stopped(site, ()))
    ]
    assert highs == sorted(highs)
    assert highs[0][1] < highs[-1][1]
    # As Provision forecasts it, which knows what the earlier try has done.
    left, now = stopped(site, LATE), RunProgress(TITLES, site=site.name)
    now.prospects = Prospects(usual(site, {}))
    now.earlier = Earlier(600.0, steps=done(left), creates=True)
    low, high = outlook(site, left).minutes
    assert low * 60 <= (run_outlook(now).on_aws or 0) <= high * 60


def test_a_site_that_stopped_costs_now_what_every_list_says() -> None:
    site = loads(SITE)
    plan, priced = stopped(site, LATE), estimate(site)
    assert plan.monthly is not None
    now = priced.expected - plan.monthly
    assert abs(now - monthly_of(priced, LATE)) < Decimal("0.05")


def test_a_plan_in_plain_lines() -> None:
    lost = Change(
        "data",
        "Database",
        "AWS::RDS::DBInstance",
        Doing.REPLACE,
        Effect(Weight.DANGER, "This replaces your database."),
    )
    quiet = tuple(
        Change("data", f"Alarm{n}", "AWS::CloudWatch::Alarm", Doing.CHANGE, effect)
        for n, effect in enumerate(Effect(Weight.QUIET, f"{n}.") for n in range(20))
    )
    stacks = (
        StackPlan("network", "Network", Standing.UNCHANGED),
        StackPlan("data", "Database", Standing.CHANGES, (*quiet, lost), there=11),
        StackPlan("app", "Application", Standing.UNKNOWN, reason="More may change."),
    )
    found = Plan("barn", stacks)
    told = "\n".join(lines(found))
    assert headline(found) == ("1 of 3 parts changes; 1 is not known yet; 1 stays the same.")
    assert "✗ This replaces your database." in told
    assert "And 16 smaller changes." in told
    assert "--confirm-replacement barn" in told
    assert to_json(found)["dangerous"] is True


def plain(found: Plan, chargers: int = 10) -> str:
    answers = to_answers(loads(SITE)) | {"tier": "medium"}
    site = from_answers(answers | {"size": {"chargers": chargers}})
    return " ".join(" ".join(lines(found, outlook(site, found))).split())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (Decimal("124.056"), " USD a month, 124.06 more than now, at list prices, between "),
        (Decimal(-3), " USD a month, 3.00 less than now, at list prices, between "),
        (Decimal("0.001"), " USD a month, as now, at list prices, between "),
        (None, "The change in monthly cost is not fully known."),
    ],
)
def test_a_plan_says_once_what_the_site_costs(more: Decimal | None, words: str) -> None:
    stacks = (StackPlan("data", "Database", Standing.CHANGES, there=11),)
    costs = (CostChange("data", "Database", "AWS::RDS::DBInstance", more),)
    told = plain(Plan("barn", stacks, costs=costs))
    assert told.count("The site then costs") == 1
    assert words in told


def test_a_plan_says_why_there_is_a_hub_or_none() -> None:
    found = Plan("barn", (StackPlan("app", "Application", Standing.NEW),))
    assert "It has a hub, because 2 tasks would each get a copy." in plain(found, 100)
    assert "It has no hub: sending each message to 2 tasks costs less" in plain(found, 10)


def test_another_tier_with_other_chargers_is_said() -> None:
    small = loads(SITE)
    medium = from_answers({**to_answers(small), "tier": "medium", "size": {}})
    (words,) = other_chargers(small, medium)
    assert words.startswith("The answers are for 100 chargers, the deployed site is for 10.")
    kept = from_answers({**to_answers(small), "tier": "medium", "size": {"chargers": 10}})
    assert other_chargers(small, kept) == other_chargers(small, small) == ()


@pytest.mark.parametrize(
    ("profile", "keys", "flags"),
    [
        ("work", None, ("--profile", "work")),
        (None, None, ()),
        (None, Keys("ASIA1", Secret("x"), source="sso"), ()),
    ],
)
async def test_the_command_names_what_a_shell_can_use(
    profile: str | None, keys: Keys | None, flags: tuple[str, ...]
) -> None:
    async def never(_: str | None) -> None:
        raise AssertionError

    assert await EnginePlans(never, lambda: (profile, keys)).flags() == flags  # type: ignore[arg-type]
