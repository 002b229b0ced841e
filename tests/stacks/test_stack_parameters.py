"""A site's answers as the parameters of its stacks."""

from typing import Any

import pytest

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.parameters import MissingValueError, parameters
from solarrally_tui.stacks.template import read


class Everything(dict[str, Any]):
    """Facts and outputs that are always there, each under its own name."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, key: str) -> str:
        return f"<{key}>"

    def get(self, key: str, default: Any = None) -> Any:
        del default
        return self[key]


class Stacks(Everything):
    def __missing__(self, key: str) -> Any:
        return Everything()


def site(**sections: Any) -> Site:
    answers = {"name": "garage", "region": "eu-central-1", "tier": "small"}
    return from_answers(answers | {"alerts": {"email": "a@b.example"}} | sections)


def given(stack: str, **sections: Any) -> dict[str, str]:
    return parameters(stack, site(**sections), Everything(), Stacks())


@pytest.mark.parametrize("item", CATALOGUE, ids=[item.id for item in CATALOGUE])
def test_they_are_exactly_those_of_the_template(item: Any) -> None:
    made = given(item.id)
    assert set(made) == set(read(item.template())["Parameters"])
    assert all(isinstance(value, str) for value in made.values())


@pytest.mark.parametrize(
    ("stack", "sections", "expected"),
    [
        ("network", {}, {"EgressMode": "public-tasks", "VpcCidr": "10.42.0.0/16"}),
        ("network", {"size": {"egress": "nat-per-az"}}, {"EgressMode": "nat-per-az"}),
        ("data", {"size": {"multi_az": True}}, {"MultiAz": "true", "DeletionProtection": "true"}),
        ("data", {"size": {"deletion_protection": False}}, {"DeletionProtection": "false"}),
        ("global", {}, {"BudgetAmount": "<BudgetAmount>", "WafMode": "block", "DomainName": ""}),
        (
            "global",
            {"alerts": {"email": "a@b.example", "monthly_budget_usd": 40}},
            {"BudgetAmount": "40"},
        ),
        ("app", {}, {"AlbSubnetIds": "<PrivateSubnetIds>", "HostedZoneId": ""}),
        (
            "app",
            {"domain": {"name": "x.example.com", "origin": "public-alb"}},
            {"AlbSubnetIds": "<PublicSubnetIds>", "HostedZoneId": "<HostedZoneId>"},
        ),
        (
            "app",
            {"domain": {"name": "x.example.com", "hosted_zone_id": "Z123"}},
            {"OriginMode": "vpc-origin", "HostedZoneId": "Z123"},
        ),
        (
            "app",
            {"domain": {"name": "x.example.com", "dns": "external"}},
            {"DomainName": "x.example.com", "HostedZoneId": ""},
        ),
        ("governance", {}, {"CreateTrail": "true", "OidcProviderArn": ""}),
        (
            "governance",
            {"governance": {"github_repository": "o/n"}},
            {"OidcProviderArn": "<OidcProviderArn>", "GitHubRepository": "o/n"},
        ),
    ],
)
def test_they_follow_the_answers(
    stack: str, sections: dict[str, Any], expected: dict[str, str]
) -> None:
    made = given(stack, **sections)
    assert {name: made[name] for name in expected} == expected


def test_what_is_not_looked_up_yet_is_named() -> None:
    with pytest.raises(MissingValueError, match="fact AvailabilityZones"):
        parameters("network", site(), {}, {"bootstrap": {"LogBucketName": "logs"}})
    with pytest.raises(MissingValueError, match="stack bootstrap has no output ArtifactBucketName"):
        parameters("build", site(), {}, {})
