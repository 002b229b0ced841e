"""What a change costs, from templates and from a change set that the embedded account made."""

import time
from decimal import Decimal
from typing import Any

import pytest

from solarrally_tui.blueprints import blueprint
from solarrally_tui.pricing.change import (
    ChangeCost,
    Difference,
    differences,
    of_change_set,
    template_resources,
)
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.resources import resources
from solarrally_tui.pricing.metering.usage import usage
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.parameters import parameters
from tests.blueprints.estate_setup import Estate


def sized(tier: str = "small", **size: Any) -> Site:
    answers = {"name": "change", "region": "us-east-1", "tier": tier}
    return from_answers(answers | {"alerts": {"email": "a@example.com"}, "size": size})


def between(before: Site, after: Site) -> dict[str, Difference]:
    found = differences(
        (resources(before), usage(before, DEFAULTS)), (resources(after), usage(after, DEFAULTS))
    )
    return {each.resource: each for each in found}


def about(amount: str) -> Any:
    return pytest.approx(Decimal(amount), rel=Decimal("0.01"))


def test_nothing_changed_costs_nothing() -> None:
    assert between(sized(), sized()) == {}


def test_a_standby_database_doubles_its_cost() -> None:
    found = between(sized(), sized(multi_az=True))
    assert [each.type for each in found.values()] == ["AWS::RDS::DBInstance"]
    (database,) = found.values()
    assert database.before == about("14.15")  # with the logs that it makes
    assert database.monthly == about("13.98")


def test_what_goes_is_below_zero_and_what_comes_above() -> None:
    found = between(sized(egress="nat-single"), sized())
    gone = {each.type: each.monthly for each in found.values() if each.after == 0}
    assert gone["AWS::EC2::EIP"] == about("-3.65")
    gateway = gone["AWS::EC2::NatGateway"]
    assert gateway is not None
    assert gateway < Decimal("-32.85")
    back = between(sized(), sized(egress="nat-single"))
    for name, each in found.items():
        assert back[name].monthly == -(each.monthly or 0)


def test_more_chargers_cost_more_though_no_resource_changes() -> None:
    found = between(sized(chargers=5), sized(chargers=10))
    assert {each.type for each in found.values()} >= {"AWS::IoT::ThingType", "AWS::ECS::Service"}
    rows = of_change_set({"Changes": []}, found.values())
    assert {row.action for row in rows} == {"use"}
    total = sum(row.monthly or 0 for row in rows)
    assert total == about("2.65")  # half of 5.29 for ten chargers


def test_a_price_that_is_missing_is_not_known() -> None:
    (database,) = between(sized(), sized(database_class="db.x2g.large")).values()
    assert database.before == about("14.15")  # with the logs that it makes
    assert database.monthly is None


def test_a_change_set_of_the_embedded_account(account: Account) -> None:
    """The database that stands gets a standby and more storage."""
    estate = Estate(account, sized())
    estate.deploy(["bootstrap", "network", "data"])
    client, template = estate.client("cloudformation"), blueprint("data").template()
    larger = {"multi_az": True, "database_storage_gib": 40}
    given, wanted = (
        parameters("data", site, estate.facts, estate.outputs)
        for site in (sized(), sized(**larger))
    )
    client.create_change_set(
        StackName="solarrally-change-data",
        ChangeSetName="larger",
        TemplateBody=template,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in wanted.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    change_set = described(client, "solarrally-change-data")

    month = usage(sized(), DEFAULTS)
    was = template_resources("data", "us-east-1", template, given)
    will = template_resources("data", "us-east-1", template, wanted)
    rows = of_change_set(change_set, differences((was, month), (will, month)))
    assert len(rows) == len(change_set["Changes"]) > 0
    (database,) = (row for row in rows if row.type == "AWS::RDS::DBInstance")
    assert database.action == "change"
    # From 730 x 0.016 + 20 x 0.115 to 730 x 0.032 + 40 x 0.23.
    assert database.monthly == about("18.58")
    assert sum(row.monthly or 0 for row in rows) == database.monthly


def described(client: Any, name: str) -> dict[str, Any]:
    for _ in range(200):
        found: dict[str, Any] = client.describe_change_set(StackName=name, ChangeSetName="larger")
        if found["Status"] == "CREATE_COMPLETE":
            return found
        assert "FAILED" not in found["Status"], found.get("StatusReason")
        time.sleep(0.05)
    raise AssertionError("the change set was not made")


def test_a_replacement_is_told() -> None:
    body = {
        "Action": "Modify",
        "Replacement": "True",
        "LogicalResourceId": "Database",
        "ResourceType": "AWS::RDS::DBInstance",
    }
    (row,) = of_change_set({"Changes": [{"ResourceChange": body}]}, ())
    assert row == ChangeCost("replace", "Database", "AWS::RDS::DBInstance", Decimal(0))
