"""Deploying on the embedded account, seen by plain boto3 calls beside the engine."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from solarrally_tui.account.lookups import newest_postgres
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.blueprints import of_shape
from solarrally_tui.deployed import record
from solarrally_tui.deployed.dashboard.site_http import Front
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.deployment.step_graph import DEPLOYMENT, FRONTEND, IMAGE
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import LOG_TYPE, PHASE_TYPE
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.site.names import SITE_TAG, stack_name
from tests.provisioning.engine_setup import StandingSite, deployed, site_named


async def test_a_site_is_up_after_one_run(standing: StandingSite, door: Door) -> None:
    assert standing.outcome.exit_code is Exit.OK, standing.outcome.cause
    assert standing.outcome.changed
    assert set(standing.heard.states()) == {step.id for step in DEPLOYMENT.steps}
    assert set(standing.heard.states().values()) <= {State.DONE, State.UNCHANGED}
    for item in of_shape(standing.site.size.shape):
        region = None if item.region == "home" else item.region
        response = await door.call(
            "cloudformation",
            "describe_stacks",
            region,
            StackName=stack_name("engine-home", item.id),
        )
        stack = response["Stacks"][0]
        assert stack["Tags"] == [{"Key": SITE_TAG, "Value": "engine-home"}]


def test_every_stack_is_seen_to_reach_create_complete(standing: StandingSite) -> None:
    complete = {
        event.stack
        for event in standing.heard
        if event.type == "AWS::CloudFormation::Stack" and event.reason == "CREATE_COMPLETE"
    }
    stacks = of_shape(standing.site.size.shape)
    assert complete == {stack_name(standing.site.name, item.id) for item in stacks}


def test_what_is_configured_and_not_stable_yet_is_told_apart(standing: StandingSite) -> None:
    told = [event for event in standing.heard if event.stabilising]
    assert {"AWS::S3::Bucket", "AWS::ECS::Service"} <= {event.type for event in told}
    assert {event.state for event in told} == {State.RUNNING}
    bucket = next(event for event in told if event.type == "AWS::S3::Bucket")
    later = [e for e in standing.heard if (e.stack, e.resource) == (bucket.stack, bucket.resource)]
    assert later.index(bucket) > 0
    assert later[-1].state is State.DONE
    assert bucket.to_json()["stabilising"] is True


def test_builds_and_the_service_say_what_they_do(standing: StandingSite) -> None:
    lines = [event for event in standing.heard if event.type == LOG_TYPE]
    assert {event.step for event in lines} == {IMAGE, FRONTEND}
    assert any("tasks run" in event.reason for event in standing.heard.of("app"))


def test_no_event_is_reported_twice(standing: StandingSite) -> None:
    resources = [event for event in standing.heard if event.stack]
    told = {(e.stack, e.resource, e.state, e.time, e.reason) for e in resources}
    assert len(told) == len(resources)


def test_aws_accepts_what_it_refuses_most_before_the_database_is_begun(
    standing: StandingSite,
) -> None:
    data = next(
        index
        for index, event in enumerate(standing.heard)
        if event.step == "data" and event.state is State.RUNNING
    )
    before = standing.heard[:data]
    initiated = {e.resource for e in before if e.reason == "Resource creation Initiated"}
    assert {"LoadBalancer", "Distribution"} <= initiated
    assert "image-build" in {event.step for event in before if event.type == PHASE_TYPE}
    waited = {event.reason for event in before if event.step == "data" and event.reason}
    assert any(reason.startswith("Begins once AWS has begun ") for reason in waited)


def test_no_secret_is_in_an_event(standing: StandingSite) -> None:
    text = json.dumps([event.to_json() for event in standing.heard])
    assert "PRIVATE KEY" not in text
    assert "password" not in text.lower()


async def test_the_address_answers_with_mqtt_connected(standing: StandingSite, door: Door) -> None:
    front = Front.of(standing.outcome.outputs["edge"])
    assert (await front.get("/health")).json()["mqtt_connected"] is True
    async with httpx.AsyncClient(trust_env=False) as browser:
        shown = await browser.get(f"{front.url}/health")
    assert shown.json()["mqtt_connected"] is True


async def test_images_run_by_digest(standing: StandingSite, door: Door) -> None:
    app = standing.outcome.outputs["app"]
    response = await door.call(
        "ecs", "describe_task_definition", taskDefinition=app["TaskDefinitionArn"]
    )
    images = {
        item["name"]: item["image"] for item in response["taskDefinition"]["containerDefinitions"]
    }
    assert all("@sha256:" in image for image in images.values())


async def test_the_record_holds_the_answers_and_no_more(standing: StandingSite, door: Door) -> None:
    elsewhere = door.with_region("ap-southeast-2")
    found = await record.read(elsewhere, "engine-home")
    assert found.site == standing.site
    assert (found.region, len(found.account)) == ("us-east-1", 12)
    assert "engine-home" in await record.names(elsewhere)


async def test_a_second_run_changes_nothing_and_says_so(standing: StandingSite, door: Door) -> None:
    outcome, heard = await deployed(standing.site, door)
    assert (outcome.exit_code, outcome.changed) == (Exit.OK, False)
    assert set(heard.states().values()) == {State.UNCHANGED}
    assert "no changes" in outcome.summary
    assert outcome.outputs == standing.outcome.outputs
    for item in of_shape(standing.site.size.shape):
        left = await door.pages(
            "cloudformation",
            "list_change_sets",
            "Summaries",
            None if item.region == "home" else item.region,
            StackName=stack_name("engine-home", item.id),
        )
        assert [item for item in left if item["Status"] == "FAILED"] == []


async def test_a_changed_answer_updates_only_what_it_touches(
    standing: StandingSite, door: Door
) -> None:
    louder = site_named("engine-home", size={"log_retention_days": 60})
    outcome, heard = await deployed(louder, door)
    assert outcome.exit_code is Exit.OK, outcome.cause
    changed = {step for step, state in heard.states().items() if state is State.DONE}
    assert {"record", "build", "app"} <= changed
    assert changed.isdisjoint({"network", "data", "image-build", "bridge-certificate"})
    back, _ = await deployed(standing.site, door)
    assert back.exit_code is Exit.OK, back.cause


async def test_the_newest_minor_of_the_picked_major_is_used_and_a_database_keeps_its_own(
    standing: StandingSite, door: Door
) -> None:
    listed = await door.pages(
        "rds", "describe_db_engine_versions", "DBEngineVersions", Engine="postgres"
    )
    name = standing.outcome.outputs["data"]["DbInstanceId"]
    response = await door.call("rds", "describe_db_instances", DBInstanceIdentifier=name)
    versions = [tuple(map(int, item["EngineVersion"].split("."))) for item in listed]
    for major in (15, 16, 17, 18):
        newest = max(version for version in versions if version[0] == major)
        assert await newest_postgres(door, major) == f"{newest[0]}.{newest[1]}"
    assert response["DBInstances"][0]["EngineVersion"] == await newest_postgres(door, 17)
    outcome, _ = await deployed(site_named("engine-home", size={"database_major": 18}), door)
    assert outcome.exit_code is Exit.REFUSED
    assert outcome.cause
    assert "size.database_major to 17" in outcome.cause.next


async def test_a_deactivated_bridge_certificate_stays_so(
    standing: StandingSite, door: Door
) -> None:
    secret = standing.outcome.outputs["iot"]["BridgeSecretArn"]
    value = await _bridge(door, secret)
    await _set(door, value["certificateId"], "INACTIVE")
    try:
        outcome, heard = await deployed(standing.site, door)
        assert "INACTIVE" in heard.last("bridge-certificate").reason
        assert heard.last("bridge-certificate").state is State.UNCHANGED
        assert await _bridge(door, secret) == value
        response = await door.call(
            "iot", "describe_certificate", certificateId=value["certificateId"]
        )
        assert response["certificateDescription"]["status"] == "INACTIVE"
        assert outcome.exit_code is Exit.OK
    finally:
        await _set(door, value["certificateId"], "ACTIVE")


async def test_a_site_does_not_move_to_another_region(standing: StandingSite, door: Door) -> None:
    moved = site_named("engine-home", region="eu-west-1")
    outcome, heard = await deployed(moved, door)
    assert outcome.exit_code is Exit.REFUSED
    assert outcome.cause
    assert "us-east-1" in outcome.cause.next
    assert heard.last("record").state is State.WAITING


async def test_a_domain_without_a_zone_is_refused_before_anything_is_created(door: Door) -> None:
    site = site_named("no-zone", domain={"name": "charging.example.net"})
    outcome, _ = await deployed(site, door)
    assert outcome.exit_code is Exit.REFUSED
    assert outcome.cause
    assert "charging.example.net" in outcome.cause.what
    assert "no-zone" not in await record.names(door)


async def test_an_unknown_site_names_the_known_ones(standing: StandingSite, door: Door) -> None:
    with pytest.raises(record.UnknownSiteError) as unknown:
        await record.read(door, "nobody")
    assert "engine-home" in unknown.value.plain.why
    assert "Did you mean" not in unknown.value.plain.what
    with pytest.raises(record.UnknownSiteError) as unknown:
        await record.read(door, "engin-home")
    assert "Did you mean engine-home?" in unknown.value.plain.what


async def test_a_newer_record_is_refused_by_name(standing: StandingSite, door: Door) -> None:
    await _put(door, "from-tomorrow", {"schema": 99, "site": {}, "region": "us-east-1"})
    try:
        with pytest.raises(AwsError) as newer:
            await record.read(door, "from-tomorrow")
        assert "newer solarrally" in newer.value.plain.what
    finally:
        await record.delete(door, "from-tomorrow")


@pytest.mark.torture
async def test_two_sites_at_once_do_not_disturb_each_other(door: Door) -> None:
    outcomes = await asyncio.gather(
        *(deploy(site_named(name), door, lambda _: None) for name in ("left-twin", "right-twin"))
    )
    assert [outcome.exit_code for outcome in outcomes] == [Exit.OK, Exit.OK], [
        outcome.cause for outcome in outcomes
    ]


async def _bridge(door: Door, secret: str) -> dict[str, Any]:
    response = await door.call("secretsmanager", "get_secret_value", SecretId=secret)
    value: dict[str, Any] = json.loads(response["SecretString"])
    return value


async def _set(door: Door, certificate: str, status: str) -> None:
    await door.call("iot", "update_certificate", certificateId=certificate, newStatus=status)


async def _put(door: Door, name: str, value: dict[str, Any]) -> None:
    await door.call(
        "ssm",
        "put_parameter",
        "us-east-1",
        Name=f"/solarrally/sites/{name}",
        Value=json.dumps(value),
        Type="String",
    )
