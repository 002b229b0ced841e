"""A scripted preview: what a deployment would do, in each of the states that Review shows."""

import asyncio
from decimal import Decimal

from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.blueprints import of_shape
from solarrally_tui.provisioning.change.judgement import effect_of
from solarrally_tui.provisioning.change.plan import (
    Change,
    CostChange,
    Doing,
    Plan,
    StackPlan,
    Standing,
    Value,
)
from solarrally_tui.provisioning.preview.inventory import Inventory, inventory_of
from solarrally_tui.site.model import Site

COUNTS = {
    "bootstrap": 8,
    "global": 1,
    "network": 21,
    "balancer": 7,
    "iot": 8,
    "build": 9,
    "budget": 1,
    "trail": 3,
    "governance": 1,
    "data": 11,
    "app": 13,
    "edge": 8,
    "observe": 9,
}
DENIED_CALL = AwsError("AccessDenied", "no [/x]", "cloudformation", "create_change_set")
DENIED = Plain(
    what="These credentials may not call cloudformation:CreateChangeSet.",
    why="A policy is missing [/x].",
    next="Use the policy that solarrally policy deploy prints.",
    detail="AccessDenied",
)


def change(stack: str, name: str, kind: str, doing: Doing, *values: Value) -> Change:
    effect = effect_of(kind, name, doing, [value.name for value in values])
    return Change(stack, name, kind, doing, effect, values)


LARGER = (
    change(
        "data",
        "Database",
        "AWS::RDS::DBInstance",
        Doing.CHANGE,
        Value("DBInstanceClass", "db.t4g.micro", "db.t4g.small"),
    ),
    change("data", "MonitoringRole", "AWS::IAM::Role", Doing.ADD),
)
SERVERS = (
    change("app", "TaskDefinition", "AWS::ECS::TaskDefinition", Doing.REPLACE),
    change("app", "Service", "AWS::ECS::Service", Doing.CHANGE, Value("TaskDefinition")),
    change(
        "app",
        "ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        Doing.CHANGE,
        Value("MinCapacity", "1", "2"),
    ),
)
REPLACED = (
    change(
        "data",
        "Database",
        "AWS::RDS::DBInstance",
        Doing.REPLACE,
        Value("DBSnapshotIdentifier", "", "before-summer [/x]"),
    ),
)


def planned(
    standing: Standing = Standing.UNCHANGED,
    trouble: Plain | None = None,
    costs: tuple[CostChange, ...] = (),
    **changes: tuple[Change, ...],
) -> Plan:
    """Return a plan whose stacks all stand alike but for those that change."""
    stacks = tuple(
        StackPlan(item.id, item.title, Standing.CHANGES, changes[item.id], there=COUNTS[item.id])
        if item.id in changes
        else StackPlan(
            item.id,
            item.title,
            standing,
            there=0 if standing is Standing.NEW else COUNTS[item.id],
        )
        for item in of_shape("tasks")
    )
    return Plan("sunny-garage", stacks, costs=costs, trouble=trouble)


FIRST = planned(Standing.NEW)
SAME = planned()
HARMLESS = planned(
    costs=(
        CostChange(
            "data",
            "Database",
            "AWS::RDS::DBInstance",
            Decimal("26.41"),
            (("AmazonRDS", Decimal("26.41")),),
        ),
        CostChange(
            "app",
            "Service",
            "AWS::ECS::Service",
            Decimal("17.52"),
            (("AmazonECS", Decimal("14.42")), ("AmazonVPC", Decimal("3.10"))),
        ),
    ),
    data=LARGER,
    app=SERVERS,
)
DANGEROUS = planned(data=REPLACED)


class ScriptedPlans:
    """Says what a test has set; a first deployment otherwise."""

    def __init__(self) -> None:
        self.plan: Plan | Exception = FIRST
        self.options: tuple[str, ...] = ()
        self.hold = asyncio.Event()
        self.hold.set()
        self.asked: list[Site] = []

    async def preview(self, site: Site) -> Plan:
        self.asked.append(site)
        await self.hold.wait()
        if isinstance(self.plan, Exception):
            raise self.plan
        return self.plan

    async def flags(self) -> tuple[str, ...]:
        return self.options

    def inventory(self, site: Site) -> Inventory:
        return inventory_of(site)

    def first_build(self, site: Site) -> Decimal | None:
        return Decimal("0.06")
