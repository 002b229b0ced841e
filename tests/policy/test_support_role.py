"""The support role of governance may do exactly what `solarrally policy support` prints."""

import json
from typing import Any

import pytest

from solarrally_tui.blueprints import blueprint
from solarrally_tui.policy import blueprint_needs, support
from solarrally_tui.policy.scope import Scope
from solarrally_tui.site.names import stack_name
from solarrally_tui.stacks.template import read
from tests.policy.policy_setup import ACCOUNT, allows
from tests.policy.test_policy_documents import generated

PARAMETERS = Scope("${SiteName}", "${AWS::Partition}", "${AWS::AccountId}")
INLINE_LIMIT = 10_240
"""Characters of all inline policies of a role (IAM quotas)."""


def statements() -> list[dict[str, Any]]:
    role = read(blueprint("governance").template())["Resources"]["SupportRole"]["Properties"]
    (policy,) = role["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def plain(node: Any) -> Any:
    """Return a value without Fn::Sub, as IAM accepts it."""
    if isinstance(node, dict) and set(node) == {"Fn::Sub"}:
        return node["Fn::Sub"]
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    return [plain(value) for value in node] if isinstance(node, list) else node


def listed(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement with a list in place of each single value."""
    condition = {
        test: {key: value if isinstance(value, list) else [value] for key, value in values.items()}
        for test, values in statement.get("Condition", {}).items()
    }
    lists = {
        key: statement[key] if isinstance(statement[key], list) else [statement[key]]
        for key in ("Action", "Resource")
    }
    return {**statement, **lists, "Condition": condition}


def test_the_role_is_the_printed_policy() -> None:
    printed = [
        listed(statement.to_json())
        for policy in support.policies(PARAMETERS)
        for statement in policy.statements
    ]
    assert [listed(plain(s)) for s in statements()] == printed, "run make generated"


@pytest.mark.parametrize("site", ["abc", "abcdefghijklmnopqrst"])
def test_the_role_sees_what_the_site_consists_of(site: str) -> None:
    filled = json.loads(
        json.dumps(plain(statements()))
        .replace("${SiteName}", site)
        .replace("${AWS::Partition}", "aws")
        .replace("${AWS::AccountId}", ACCOUNT)
    )
    assert len(json.dumps(filled, separators=(",", ":"))) < INLINE_LIMIT
    for stack in blueprint_needs.STACKS:
        for logical_id, body in blueprint_needs.resources((stack,)):
            for action, arn in seen(body["Type"], stack_name(site, stack), logical_id):
                assert allows([{"Statement": filled}], action, arn), arn


def seen(type_: str, stack: str, logical_id: str) -> list[tuple[str, str]]:
    """Return a reading action of a type and the ARN of a resource with a generated name."""
    short, long = generated(stack, logical_id, 63).lower(), generated(stack, logical_id, 255)
    near = f"eu-central-1:{ACCOUNT}"
    known = {
        "AWS::CodeBuild::Project": (
            "codebuild:ListBuildsForProject",
            f"codebuild:{near}:project/{stack.rpartition('-')[0]}-image",
        ),
        "AWS::ECS::Service": (
            "ecs:DescribeServices",
            f"ecs:{near}:service/{generated(stack, 'Cluster', 255)}/{long}",
        ),
        "AWS::Logs::LogGroup": ("logs:FilterLogEvents", f"logs:{near}:log-group:{long}"),
        "AWS::RDS::DBInstance": ("rds:DescribeDBInstances", f"rds:{near}:db:{short}"),
        "AWS::SNS::Topic": ("sns:ListSubscriptionsByTopic", f"sns:{near}:{long}"),
    }
    return [(known[type_][0], f"arn:aws:{known[type_][1]}")] if type_ in known else []
