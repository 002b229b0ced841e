"""A site's answers as the parameters of its stacks."""

from dataclasses import replace
from typing import Any

import pytest

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.parameters import MissingValueError, parameters
from solarrally_tui.stacks.template import read
from tests.stacks.facts_setup import FACTS


class Outputs(dict[str, Any]):
    """Outputs that always exist, each under its own name."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, key: str) -> str:
        return f"<{key}>"

    def get(self, key: str, default: Any = None) -> Any:
        del default
        return self[key]


class Stacks(Outputs):
    def __missing__(self, key: str) -> Any:
        return Outputs()


def site(**sections: Any) -> Site:
    answers = {"name": "garage", "region": "eu-central-1", "tier": "small"}
    return from_answers(answers | {"alerts": {"email": "a@b.example"}} | sections)


def given(stack: str, **sections: Any) -> dict[str, str]:
    return parameters(stack, site(**sections), FACTS, Stacks())


OF_SHAPE: dict[str | None, dict[str, Any]] = {"functions": {"size": {"shape": "functions"}}}


@pytest.mark.parametrize("item", CATALOGUE, ids=[item.id for item in CATALOGUE])
def test_they_are_exactly_those_of_the_template(item: Any) -> None:
    values = given(item.id, **OF_SHAPE.get(item.shape, {}))
    declared = set(read(item.template())["Parameters"])
    missing, unknown = declared - set(values), set(values) - declared
    assert not missing, f"add {missing} to _{item.id} in solarrally_tui/stacks/parameters.py"
    assert not unknown, f"blueprints/{item.id}/template.yaml has no parameters {unknown}"
    assert all(isinstance(value, str) for value in values.values())


@pytest.mark.parametrize(
    ("stack", "sections", "expected"),
    [
        ("network", {}, {"EgressMode": "public-tasks", "VpcCidr": "10.42.0.0/16"}),
        ("network", {"size": {"egress": "nat-per-az"}}, {"EgressMode": "nat-per-az"}),
        ("network", {}, {"FunctionEndpoints": "none"}),
        (
            "network",
            {"size": {"shape": "functions", "egress": "nat-per-az"}},
            {"FunctionEndpoints": "one-zone", "EgressMode": "public-tasks"},
        ),
        (
            "network",
            {"size": {"shape": "functions", "multi_az": True}},
            {"FunctionEndpoints": "every-zone"},
        ),
        ("iot", {}, {"Bridge": "true"}),
        ("iot", {"size": {"shape": "functions"}}, {"Bridge": "false"}),
        ("build", {"size": {"shape": "functions"}}, {"Functions": "true"}),
        (
            "app",
            {"size": {"shape": "functions"}},
            {"TargetGroupArn": "", "BridgeSecretArn": "", "TaskSecurityGroupId": ""},
        ),
        (
            "functions",
            {"size": {"shape": "functions"}, "tariff": {"currency": "EUR", "grid_per_kwh": 0.3}},
            {"Currency": "EUR", "GridPrice": "0.3", "TaskSecurityGroupId": "<TaskSecurityGroupId>"},
        ),
        (
            "edge",
            {"size": {"shape": "functions"}},
            {"ApiHost": "<ApiHost>", "OriginSecretArn": "<ApiOriginSecretArn>"},
        ),
        ("edge", {}, {"ApiHost": "", "LoadBalancerArn": "<LoadBalancerArn>"}),
        (
            "observe",
            {"size": {"shape": "functions"}},
            {"ServiceName": "", "LogGroupName": "<ApiLogGroupName>"},
        ),
        ("data", {"size": {"multi_az": True}}, {"MultiAz": "true", "DeletionProtection": "true"}),
        ("data", {"size": {"deletion_protection": False}}, {"DeletionProtection": "false"}),
        ("global", {}, {"WafMode": "block", "DomainName": ""}),
        ("budget", {}, {"BudgetAmount": "90", "CreateBudget": "true"}),
        (
            "budget",
            {"alerts": {"email": "a@b.example", "monthly_budget_usd": 40}},
            {"BudgetAmount": "40"},
        ),
        ("balancer", {}, {"AlbSubnetIds": "<PrivateSubnetIds>", "HostedZoneId": ""}),
        (
            "balancer",
            {"domain": {"name": "x.example.com", "origin": "public-alb"}},
            {"AlbSubnetIds": "<PublicSubnetIds>", "HostedZoneId": "Z0123456789ABC"},
        ),
        (
            "balancer",
            {"domain": {"name": "x.example.com", "hosted_zone_id": "Z123"}},
            {"OriginMode": "vpc-origin", "HostedZoneId": "Z123"},
        ),
        (
            "balancer",
            {"domain": {"name": "x.example.com", "dns": "external"}},
            {"DomainName": "x.example.com", "HostedZoneId": ""},
        ),
        ("trail", {}, {"CreateTrail": "true"}),
        ("trail", {"governance": {"trail": False}}, {"CreateTrail": "false"}),
        (
            "governance",
            {"governance": {"github_repository": "o/n"}},
            {"GitHubRepository": "o/n"},
        ),
    ],
)
def test_they_follow_the_answers(
    stack: str, sections: dict[str, Any], expected: dict[str, str]
) -> None:
    made = given(stack, **sections)
    assert {name: made[name] for name in expected} == expected


def test_what_does_not_exist_yet_is_named() -> None:
    with pytest.raises(MissingValueError, match="stack bootstrap has no output ArtifactBucketName"):
        parameters("build", site(), FACTS, {})
    with pytest.raises(MissingValueError, match="images"):
        parameters("app", site(), replace(FACTS, images=None), Stacks())


def test_a_mark_in_place_of_an_output_comes_through() -> None:
    mark = object()
    values = parameters(
        "observe",
        site(),
        FACTS,
        {"edge": {"DistributionId": mark}}
        | {stack: Outputs() for stack in ("bootstrap", "balancer", "app", "data")},
    )
    assert values["DistributionId"] is mark


def test_an_alarm_watches_every_roll_out_from_the_first_other_image_on() -> None:
    assert FACTS.images
    same, other = FACTS.images.app, f"{FACTS.images.app[:-1]}x"

    def watched(**facts: Any) -> str:
        return str(parameters("app", site(), replace(FACTS, **facts), Stacks())["RolloutAlarm"])

    assert watched() == "false"  # nobody waits for it the first time
    assert watched(running_image=same) == "false"
    assert watched(running_image=other) == "true"
    assert watched(running_image=same, rollout_alarm=True) == "true"
