"""What AWS IoT does beside carrying telemetry: shadows, who may enroll, whose shadow it is."""

import base64
import json
import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from solarrally_tui.blueprints import blueprint
from solarrally_tui.simulator.child import Account
from solarrally_tui.stacks.template import read
from tests.blueprints.blueprint_setup import example
from tests.blueprints.estate_setup import Estate
from tests.blueprints.option_sets import NAMES
from tests.blueprints.option_sets import site as picked_site

IOT = "solarrally-rules-iot"


@pytest.fixture(scope="module")
def estate(account: Account) -> Iterator[Estate]:
    chosen = picked_site(dict.fromkeys(NAMES, 0) | {"fleet": 1, "faults": 1, "archive": 1}, "rules")
    made = Estate(account, chosen)
    made.deploy(["bootstrap", "iot"])
    yield made
    iot, policy = made.client("iot"), made.outputs["iot"]["DevicePolicyName"]
    for target in iot.list_targets_for_policy(policyName=policy)["targets"]:
        iot.detach_policy(policyName=policy, target=target)
    made.delete(["iot"])


def registered(estate: Estate, name: str, site: str = "rules", *, certified: bool = True) -> Any:
    """Register a thing with its certificate; returns what AWS IoT made."""
    iot = estate.client("iot")
    iot.create_thing(thingName=name, attributePayload={"attributes": {"site": site}})
    if not certified:
        return None
    made = iot.create_keys_and_certificate(setAsActive=True)
    policy = estate.outputs["iot"]["DevicePolicyName"]
    iot.attach_policy(policyName=policy, target=made["certificateArn"])
    iot.attach_thing_principal(thingName=name, principal=made["certificateArn"])
    return made


def connected(estate: Estate, name: str, made: Any, folder: Path) -> paho.Client:
    context = ssl.create_default_context(cadata=estate.root_ca)
    context.load_cert_chain(chained(folder, name, made))
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=name)
    client.tls_set_context(context)
    client.connect(estate.facts.iot_host, int(estate.facts.iot_port))
    client.loop_start()
    until(client.is_connected)
    return client


def until(check: Callable[[], Any], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def shadow(estate: Estate, name: str) -> dict[str, Any]:
    data = estate.client("iot-data")
    try:
        told = json.loads(data.get_thing_shadow(thingName=name)["payload"].read())
    except data.exceptions.ResourceNotFoundException:
        return {}
    return dict(told["state"].get("reported", {}))


def test_the_shadow_follows_the_connection(estate: Estate, tmp_path: Path) -> None:
    client = connected(estate, "wall-1", registered(estate, "wall-1"), tmp_path)
    until(lambda: shadow(estate, "wall-1").get("connection") == "connected")
    since = shadow(estate, "wall-1")["since"]
    client.disconnect()
    client.loop_stop()
    until(lambda: shadow(estate, "wall-1").get("connection") == "disconnected")
    assert shadow(estate, "wall-1")["since"] >= since


def test_chargers_of_another_site_are_left_alone(estate: Estate, tmp_path: Path) -> None:
    foreign = connected(estate, "wall-2", registered(estate, "wall-2", "elsewhere"), tmp_path)
    mine = connected(estate, "wall-3", registered(estate, "wall-3"), tmp_path)
    until(lambda: shadow(estate, "wall-3").get("connection") == "connected")
    assert shadow(estate, "wall-2") == {}
    for client in (foreign, mine):
        client.disconnect()
        client.loop_stop()


@pytest.mark.parametrize(
    "topic",
    [
        "$aws/things/wall-9/shadow/update",
        "solarrally/rules/evse/wall-9/telemetry",
        "solarrally/elsewhere/evse/NAME/telemetry",
        "evse/NAME/telemetry",
    ],
)
def test_a_charger_that_writes_elsewhere_is_thrown_out(
    estate: Estate, topic: str, tmp_path: Path
) -> None:
    name = f"thief-{abs(hash(topic)) % 10000}"
    client = connected(estate, name, registered(estate, name), tmp_path)
    ended: list[Any] = []
    client.on_disconnect = lambda *args: ended.append(args)
    client.publish(topic.replace("NAME", name), b"{}", qos=1)
    until(lambda: ended)
    client.disconnect()
    client.loop_stop()
    assert shadow(estate, "wall-9") == {}


def test_a_charger_reads_its_own_commands_only(estate: Estate, tmp_path: Path) -> None:
    one = connected(estate, "reader-1", registered(estate, "reader-1"), tmp_path)
    heard: list[str] = []
    granted: list[Any] = []
    one.on_message = lambda _c, _d, message: heard.append(message.topic)
    one.on_subscribe = lambda _c, _d, _m, codes, _p: granted.extend(codes)
    one.subscribe("solarrally/rules/evse/reader-1/commands/#", qos=1)
    until(lambda: granted)
    assert not granted[0].is_failure
    estate.client("iot-data").publish(
        topic="solarrally/rules/evse/reader-1/commands/stop", qos=1, payload=b"{}"
    )
    until(lambda: heard)
    # A subscription to another charger's commands is refused, or ends the connection.
    gone: list[Any] = []
    one.on_disconnect = lambda *args: gone.append(args)
    granted.clear()
    one.subscribe("solarrally/rules/evse/reader-2/commands/#", qos=1)
    until(lambda: gone or any(code.is_failure for code in granted))
    estate.client("iot-data").publish(
        topic="solarrally/rules/evse/reader-2/commands/stop", qos=1, payload=b"{}"
    )
    one.disconnect()
    one.loop_stop()
    assert heard == ["solarrally/rules/evse/reader-1/commands/stop"]


def admitted(estate: Estate, client_id: str, chain: Path | None) -> bool:
    """Whether AWS IoT accepts a connection under a name with a certificate, or with none."""
    context = ssl.create_default_context(cadata=estate.root_ca)
    if chain:
        context.load_cert_chain(chain)
    answers: list[bool] = []
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=client_id)
    client.tls_set_context(context)
    client.on_connect = lambda _c, _d, _f, code, _p: answers.append(not code.is_failure)
    client.on_disconnect = lambda *_: answers.append(False)
    try:
        client.connect(estate.facts.iot_host, int(estate.facts.iot_port))
        client.loop_start()
        until(lambda: answers)
    except OSError:  # also what TLS raises
        return False
    client.disconnect()
    client.loop_stop()
    return answers[0]


def chained(folder: Path, name: str, made: dict[str, Any]) -> Path:
    chain = folder / f"{name}.pem"
    chain.write_text(made["certificatePem"] + made["keyPair"]["PrivateKey"])
    return chain


def test_nobody_connects_under_another_name_or_without_certificate(
    estate: Estate, tmp_path: Path
) -> None:
    own = chained(tmp_path, "wall-6", registered(estate, "wall-6"))
    registered(estate, "wall-7")
    assert admitted(estate, "wall-6", own)
    assert not admitted(estate, "wall-7", own)
    assert not admitted(estate, "nobody", own)
    assert not admitted(estate, "wall-6", None)


def test_the_bridge_listens_to_the_telemetry_of_its_site_only(
    estate: Estate, tmp_path: Path
) -> None:
    iot, outputs = estate.client("iot"), estate.outputs["iot"]
    made = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_policy(policyName=outputs["BridgePolicyName"], target=made["certificateArn"])
    chain, name = chained(tmp_path, "bridge", made), f"{outputs['BridgeClientIdPrefix']}task"
    assert admitted(estate, name, chain)
    assert not admitted(estate, "solarrally-other-bridge-task", chain)
    telemetry = "solarrally/rules/evse/+/telemetry"
    assert [granted(estate, name, chain, t) for t in (telemetry, "#", "solarrally/+/evse/+/#")] == [
        True,
        False,
        False,
    ]
    client = connected(estate, name, made, tmp_path)
    ended: list[Any] = []
    client.on_disconnect = lambda *args: ended.append(args)
    client.publish("solarrally/rules/evse/wall-6/telemetry", b"{}", qos=1)
    until(lambda: ended)
    client.disconnect()
    client.loop_stop()
    iot.detach_policy(policyName=outputs["BridgePolicyName"], target=made["certificateArn"])


def granted(estate: Estate, name: str, chain: Path, topic: str) -> bool:
    """Whether a subscription is taken; AWS IoT refuses it, or ends the connection."""
    context = ssl.create_default_context(cadata=estate.root_ca)
    context.load_cert_chain(chain)
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=name)
    client.tls_set_context(context)
    told: list[bool] = []
    client.on_subscribe = lambda _c, _d, _m, codes, _p: told.append(not codes[0].is_failure)
    client.connect(estate.facts.iot_host, int(estate.facts.iot_port))
    client.loop_start()
    until(client.is_connected)
    client.on_disconnect = lambda *_: told.append(False)
    client.subscribe(topic, qos=0)
    until(lambda: told)
    client.disconnect()
    client.loop_stop()
    return told[0]


def faulted(estate: Estate) -> tuple[float, str]:
    """Return how often a fault was counted, and the state of the alarm."""
    cloudwatch, namespace = estate.client("cloudwatch"), "SolarRally/rules"
    now = datetime.now(UTC)
    told = cloudwatch.get_metric_statistics(
        Namespace=namespace,
        MetricName="FaultedMessages",
        Period=300,
        Statistics=["Sum"],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=5),
    )["Datapoints"]
    (alarm,) = cloudwatch.describe_alarms_for_metric(
        Namespace=namespace, MetricName="FaultedMessages"
    )["MetricAlarms"]
    assert alarm["AlarmActions"] == [estate.outputs["bootstrap"]["AlertTopicArn"]]
    return sum(each["Sum"] for each in told), str(alarm["StateValue"])


def archived(estate: Estate) -> list[dict[str, Any]]:
    """Return every message in the archive, in whatever file it is."""
    s3, bucket = estate.client("s3"), estate.outputs["iot"]["ArchiveBucketName"]
    found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    assert all(re.match(r"telemetry/\d{4}/\d\d/\d\d/", each["Key"]) for each in found)
    texts = [s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in found]
    return [json.loads(line) for text in texts for line in text.decode().splitlines()]


def test_a_fault_raises_the_alarm_and_every_message_is_archived(
    estate: Estate, tmp_path: Path
) -> None:
    client = connected(estate, "wall-4", registered(estate, "wall-4"), tmp_path)
    topic = "solarrally/rules/evse/wall-4/telemetry"
    for status in ("charging", "finishing"):
        client.publish(topic, json.dumps({"status": status, "power_w": 7000}), qos=1)
    until(lambda: len(archived(estate)) == 2)
    assert faulted(estate)[0] == 0
    client.publish(topic, json.dumps({"status": "faulted", "power_w": 0}), qos=1)
    until(lambda: faulted(estate) == (1, "ALARM"))
    until(lambda: len(archived(estate)) == 3)
    client.disconnect()
    client.loop_stop()
    kept = sorted(archived(estate), key=lambda each: each["status"])
    assert kept == [
        {"status": "charging", "power_w": 7000, "thing": "wall-4"},
        {"status": "faulted", "power_w": 0, "thing": "wall-4"},
        {"status": "finishing", "power_w": 7000, "thing": "wall-4"},
    ]


def test_the_check_admits_registered_chargers_without_certificate(estate: Estate) -> None:
    registered(estate, "new-1", certified=False)
    registered(estate, "new-2", "elsewhere", certified=False)
    registered(estate, "stolen-1", certified=False)
    revoked = {"attributes": {"revoked": "20260301"}, "merge": True}
    estate.client("iot").update_thing(thingName="stolen-1", attributePayload=revoked)
    held = registered(estate, "old-1")["certificateId"]
    asked = {"new-1": True, "new-2": False, "old-1": False, "nobody": False, "../new-1": False}
    asked["stolen-1"] = False
    assert check(estate, [*asked, ""], held) == [*asked.values(), False]


def check(estate: Estate, serials: list[str], certificate: str) -> list[bool]:
    """Run the function of the template as Lambda does, at the embedded account."""
    function = read(blueprint("iot").template())["Resources"]["ProvisioningCheck"]["Properties"]
    variables = set(function["Environment"]["Variables"])
    assert variables == {"SITE"}
    code = function["Code"]["ZipFile"] + (
        "\nimport json, sys\n"
        "template = 'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/solarrally-rules'\n"
        "told = {'templateArn': template, 'certificateId': sys.argv[2]}\n"
        "serials = json.loads(sys.argv[1])\n"
        "events = [told | {'parameters': {'SerialNumber': s}} for s in serials]\n"
        "print(json.dumps([handler(e, None)['allowProvisioning'] for e in events]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, json.dumps(serials), certificate],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
        env={
            "PATH": os.environ["PATH"],
            "SITE": "rules",
            "AWS_ENDPOINT_URL": estate.account.endpoint_url,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
        },
    )
    answers: list[bool] = json.loads(ended.stdout.splitlines()[-1])
    return answers


def test_the_fleet_template_gives_the_charger_what_the_wizard_gives(estate: Estate) -> None:
    name = estate.outputs["iot"]["ProvisioningTemplateName"]
    told = estate.client("iot").describe_provisioning_template(templateName=name)
    assert told["enabled"] is True
    assert told["preProvisioningHook"]["targetArn"].startswith("arn:aws:lambda:")
    body = json.loads(told["templateBody"])["Resources"]
    outputs = estate.outputs["iot"]
    assert body["policy"]["Properties"] == {"PolicyName": outputs["DevicePolicyName"]}
    assert body["thing"]["Properties"] == {
        "ThingName": {"Ref": "SerialNumber"},
        "ThingTypeName": outputs["ThingTypeName"],
        "ThingGroups": [outputs["ThingGroupName"]],
        "AttributePayload": {
            "site": "rules",
            "claim": {"Ref": "Claim"},
            "certificateEnds": {"Ref": "Ends"},
        },
    }


def test_fleet_onboarding_is_off_unless_asked_for() -> None:
    assert example("small", {}).devices.fleet_provisioning is False


def test_what_a_rule_cannot_do_is_in_its_log(estate: Estate) -> None:
    """The error action: here the archive's stream is gone."""
    resources = estate.client("cloudformation").list_stack_resources(StackName=IOT)
    made = {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in resources["StackResourceSummaries"]
    }
    estate.client("firehose").delete_delivery_stream(DeliveryStreamName=made["ArchiveStream"])
    message = b'{"status": "charging"}'
    estate.client("iot-data").publish(
        topic="solarrally/rules/evse/wall-5/telemetry", qos=1, payload=message
    )
    logs, group = estate.client("logs"), made["LogGroup"]
    until(lambda: logs.filter_log_events(logGroupName=group)["events"])
    (entry,) = logs.filter_log_events(logGroupName=group)["events"]
    told = json.loads(entry["message"])
    assert told["ruleName"] == made["ArchiveRule"]
    assert base64.b64decode(told["base64OriginalPayload"]) == message
    (failure,) = told["failures"]
    assert failure["failedAction"] == "FirehoseAction"
    assert failure["failedResource"] == made["ArchiveStream"]
