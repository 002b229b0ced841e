"""What a deployment would do, asked on the embedded account: told, and nothing left behind."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.provisioning.change.plan import Doing, Plan, StackPlan, Standing
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.preview.preview import preview
from solarrally_tui.provisioning.preview.render import lines, to_json
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Domain, Site
from solarrally_tui.site.names import stack_name
from tests.provisioning.engine_setup import StandingSite, environment, of_site, site_named


def tiered(tier: str, **size: Any) -> Site:
    return from_answers(
        {
            "name": "engine-home",
            "region": "us-east-1",
            "tier": tier,
            "alerts": {"email": "ops@example.com"},
            "size": size,
        }
    )


def of(plan: Plan, stack: str) -> StackPlan:
    return next(planned for planned in plan.stacks if planned.id == stack)


async def change_sets(door: Door, site: str) -> set[str]:
    found: set[str] = set()
    for item in CATALOGUE:
        region = None if item.region == "home" else item.region
        listed = await door.pages(
            "cloudformation",
            "list_change_sets",
            "Summaries",
            region,
            StackName=stack_name(site, item.id),
        )
        found |= {summary["ChangeSetName"] for summary in listed}
    return found


@pytest.fixture
async def looking(account: Account) -> AsyncIterator[Door]:
    """A door that only reads."""
    with environment(account):
        async with await Door.open("us-east-1", read_only=True) as door:
            yield door


async def test_a_site_that_is_not_there_is_all_new_and_stays_so(door: Door) -> None:
    plan = await preview(site_named("not-there"), door)
    assert plan.is_new
    assert {stack.standing for stack in plan.stacks} == {Standing.NEW}
    listed = await door.pages("cloudformation", "describe_stacks", "Stacks")
    assert not [found for found in listed if "not-there" in found["StackName"]]


async def test_nothing_changes_where_nothing_was_changed(
    standing: StandingSite, door: Door
) -> None:
    before = await change_sets(door, "engine-home")
    plan = await preview(standing.site, door)
    assert plan.is_empty, [stack for stack in plan.stacks if stack.standing != "unchanged"]
    assert plan.monthly == 0
    assert of(plan, "network").there > 15
    assert await change_sets(door, "engine-home") == before


async def test_a_larger_tier_is_shown_in_words_and_money(
    standing: StandingSite, door: Door
) -> None:
    before = await change_sets(door, "engine-home")
    # Larger tasks, too: the tier alone only starts more of the same.
    plan = await preview(tiered("medium", task_cpu=1024, task_memory=2048), door)
    assert plan.dangers == ()
    database = next(change for change in of(plan, "data").changes if change.resource == "Database")
    assert database.doing is Doing.CHANGE
    assert "Restarts the database" in database.effect.text
    values = {value.name: (value.before, value.after) for value in database.values}
    assert values["DBInstanceClass"] == ("db.t4g.micro", "db.t4g.small")
    names = {change.resource for change in of(plan, "data").changes}
    # Alarms refer to the database, which stays: they are not listed.
    assert "DatabaseCpuAlarm" not in names
    # Switched by a condition alone.
    assert "MonitoringRole" in names
    service = next(change for change in of(plan, "app").changes if change.resource == "Service")
    assert service.effect.text == "Replaces the tasks one after the other, without interruption."
    assert plan.monthly
    assert Decimal(80) < plan.monthly < Decimal(200)
    assert {cost.resource for cost in plan.costs} >= {"Database", "Service"}
    assert await change_sets(door, "engine-home") == before


async def test_a_domain_that_is_added_is_shown_with_what_it_means(
    standing: StandingSite, door: Door
) -> None:
    answers = {"name": "sun.example.com", "dns": "external"}
    plan = await preview(standing.site.model_copy(update={"domain": Domain(**answers)}), door)
    (warning,) = of_site(plan)
    assert "only https://sun.example.com reaches the application" in warning
    assert f"▲ {warning}" in " ".join(" ".join(lines(plan)).split())
    assert to_json(plan)["warnings"] == list(plan.warnings)


async def test_what_depends_on_what_does_not_exist_yet_is_not_guessed(
    standing: StandingSite, door: Door, owner: Door
) -> None:
    database = standing.outcome.outputs["data"]["DbInstanceId"]
    snapshot = {"DBSnapshotIdentifier": "for-a-plan"}
    await owner.call("rds", "create_db_snapshot", DBInstanceIdentifier=database, **snapshot)
    try:
        restored = site_named("engine-home", size={"database_snapshot": "for-a-plan"})
        plan = await preview(restored, door)
    finally:
        await owner.call("rds", "delete_db_snapshot", **snapshot)
    assert [change.resource for change in plan.dangers] == ["Database"]
    assert "Database" in of(plan, "app").reason


@pytest.mark.parametrize(
    ("size", "words"),
    [({"vpc_cidr": "10.99.0.0/16"}, "10.99.0.0/16"), ({"database_snapshot": "x"}, "snapshot x")],
)
async def test_what_aws_would_refuse_is_refused_at_once(
    standing: StandingSite, door: Door, size: dict[str, Any], words: str
) -> None:
    with pytest.raises(StepError) as refused:
        await preview(site_named("engine-home", size=size), door)
    assert refused.value.exit_code is Exit.REFUSED
    assert words in refused.value.plain.what


async def test_a_build_that_is_due_is_shown(standing: StandingSite, door: Door) -> None:
    plan = await preview(site_named("engine-home", application={"commit": "b" * 40}), door)
    assert plan.builds
    assert not plan.is_empty
    assert "Build the images" in of(plan, "app").reason


async def test_read_only_compares_the_templates_and_says_so(
    standing: StandingSite, looking: Door
) -> None:
    plan = await preview(tiered("medium"), looking)
    assert plan.trouble
    assert "Only the templates were compared" in of(plan, "data").reason
    assert of(plan, "network").standing is Standing.UNCHANGED
    database = next(change for change in of(plan, "data").changes if change.resource == "Database")
    assert not database.certain
    parameters = {value.name: value for value in of(plan, "data").parameters}
    assert parameters["InstanceClass"].after == "db.t4g.small"
    assert plan.monthly
