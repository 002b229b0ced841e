"""Every option set deploys, every way from one to the next updates, and all of it goes again."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from solarrally_tui.blueprints import of_shape
from solarrally_tui.simulator.child import Account, Child
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import SITE_TAG, stack_name
from tests.blueprints.blueprint_setup import example
from tests.blueprints.change_setup import change, lost, precious, tear_down
from tests.blueprints.estate_setup import Estate
from tests.blueprints.option_sets import (
    BOUNDARY,
    CHOICES,
    IDS,
    NAMES,
    SETS,
    SLICE,
    covered,
    pairs,
    site,
    values,
)
from tests.policy.operators import operator

ALWAYS = (
    "bootstrap EncryptionKey",
    "bootstrap ArtifactBucket",
    "bootstrap LogBucket",
    "build WebBucket",
    "data Database",
)


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """An account of its own: sites of other tests would slow this one down."""
    child = Child(speed="instant", scenario="raised-quotas")
    yield operator(child.start())
    child.stop()


def founded(account: Account, picks: dict[str, int], name: str) -> Estate:
    estate = Estate(account, site(picks, name))
    zone = estate.client("route53").create_hosted_zone(Name="example.com", CallerReference=name)
    zone_id = zone["HostedZone"]["Id"].rpartition("/")[2]
    estate.facts = replace(estate.facts, hosted_zone_id=zone_id, charger_host_zone_id=zone_id)
    _ensure_boundary(estate)
    estate.deploy(item.id for item in of_shape(estate.site.size.shape))
    return estate


def _ensure_boundary(estate: Estate) -> None:
    """Create the permissions boundary that some sets name. It bounds nothing."""
    iam, name = estate.client("iam"), BOUNDARY.rpartition("/")[2]
    allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_policy(PolicyName=name, PolicyDocument=document)


def test_every_pair_of_two_choices_is_among_the_sets() -> None:
    assert pairs() == {pair for picks in SETS for pair in covered(picks)}
    assert len(NAMES) == len(CHOICES) + 1
    assert all(len(values(name)) > 1 for name in NAMES)


@pytest.fixture(scope="module")
def wanderer(account: Account) -> Iterator[Estate]:
    """One site that goes from set to set and is destroyed in the end."""
    estate = founded(account, SETS[0], "pairs")
    before = precious(estate)
    yield estate
    # Only what may be switched on and off, and is kept then, may have come or gone.
    after = precious(estate)
    assert {name: after[name] for name in ALWAYS} == {name: before[name] for name in ALWAYS}
    tear_down(estate)


def test_a_sites_things_carry_its_tag(wanderer: Estate) -> None:
    out, wanted = wanderer.outputs, {"Key": SITE_TAG, "Value": "pairs"}
    told = wanderer.client
    database = told("rds").describe_db_instances(DBInstanceIdentifier=out["data"]["DbInstanceId"])
    service = {"cluster": out["app"]["ClusterName"], "services": [out["app"]["ServiceName"]]}
    lower = {"key": SITE_TAG, "value": "pairs"}
    assert wanted in database["DBInstances"][0]["TagList"]
    for stack, name in (
        ("bootstrap", "ArtifactBucketName"),
        ("bootstrap", "LogBucketName"),
        ("build", "WebBucketName"),
    ):
        tags = told("s3").get_bucket_tagging(Bucket=out[stack][name])["TagSet"]
        assert wanted in tags, name
    secret = told("secretsmanager").describe_secret(SecretId=out["data"]["DbSecretArn"])
    assert wanted in secret["Tags"]
    answer = told("ecs").describe_services(**service, include=["TAGS"])["services"][0]
    assert lower in answer["tags"]
    balancer = out["balancer"]["LoadBalancerArn"]
    described = told("elbv2").describe_tags(ResourceArns=[balancer])["TagDescriptions"]
    assert wanted in described[0]["Tags"]
    assert wanted in told("ec2").describe_vpcs(VpcIds=[out["network"]["VpcId"]])["Vpcs"][0]["Tags"]


def test_every_choice_is_in_the_slice() -> None:
    every = {choice for picks in SETS for choice in picks.items()}
    assert {choice for picks in SLICE for choice in picks.items()} == every
    assert SLICE[0] == SETS[0]


@pytest.mark.parametrize(
    "picks",
    [
        *(pytest.param(each, id=f"slice-{number}") for number, each in enumerate(SLICE[1:], 1)),
        *(
            pytest.param(picks, id=id_, marks=pytest.mark.torture)
            for id_, picks in zip(IDS[1:], SETS[1:], strict=True)
        ),
    ],
)
def test_one_site_goes_through_all_sets_without_losing_data(
    wanderer: Estate, picks: dict[str, int]
) -> None:
    assert lost(change(wanderer, site(picks, "pairs"))) == []


@pytest.mark.torture
@pytest.mark.parametrize("picks", SETS, ids=IDS)
def test_a_set_deploys_from_nothing_and_goes_again(account: Account, picks: dict[str, int]) -> None:
    estate = founded(account, picks, "fresh")
    # Nothing has changed, so nothing is changed.
    assert change(estate, estate.site) == []
    tear_down(estate)


def as_it_comes(tier: str) -> Site:
    """The example of a tier with every answer of the tier's own, under one name."""
    made = example(tier, {}).model_dump(by_alias=True)
    return Site.model_validate(made | {"name": "tiers", "region": "us-east-1"})


@pytest.mark.parametrize(
    "ways",
    [("large", "small"), pytest.param(("medium", "large", "small"), marks=pytest.mark.torture)],
    ids="-".join,
)
def test_tiers_are_reached_in_place_and_the_other_site_of_the_region_stays_whole(
    account: Account, wanderer: Estate, ways: tuple[str, ...]
) -> None:
    standing, estate = statuses(wanderer), Estate(account, as_it_comes("small"))
    estate.deploy(item.id for item in of_shape(estate.site.size.shape))
    before = precious(estate)
    for tier in ways:
        changes = change(estate, as_it_comes(tier))
        assert {"Database", "TaskDefinition"} <= {each["LogicalResourceId"] for each in changes}
        assert lost(changes) == []
    assert precious(estate) == before
    tear_down(estate)
    assert statuses(wanderer) == standing
    left = wanderer.client("cloudformation").list_stacks(
        StackStatusFilter=["CREATE_COMPLETE", "UPDATE_COMPLETE"]
    )
    assert not [s for s in left["StackSummaries"] if s["StackName"].startswith("solarrally-tiers-")]
    assert change(wanderer, wanderer.site) == []
    ecs = wanderer.client("ecs").describe_services(
        cluster=wanderer.outputs["app"]["ClusterName"],
        services=[wanderer.outputs["app"]["ServiceName"]],
    )["services"][0]
    assert ecs["runningCount"] == ecs["desiredCount"] > 0


def statuses(estate: Estate) -> dict[str, str]:
    """Return the status of each stack of a site, by the id in the catalogue."""
    return {
        item.id: estate.client(
            "cloudformation", "" if item.region == "home" else "us-east-1"
        ).describe_stacks(StackName=stack_name(estate.site.name, item.id))["Stacks"][0][
            "StackStatus"
        ]
        for item in of_shape(estate.site.size.shape)
    }
