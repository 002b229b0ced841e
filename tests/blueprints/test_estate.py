"""The blueprints on the embedded account, and a real mosquitto running what they registered."""

import json
import queue
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from solarrally_tui.blueprints import of_shape
from solarrally_tui.simulator.child import Account
from tests.blueprints.blueprint_setup import OPTIONS, example
from tests.blueprints.estate_setup import Estate
from tests.blueprints.tasks.task_setup import (
    METADATA,
    broker,
    health_check,
    metadata_endpoint,
    run_init,
    volume,
)
from tests.pricing.standing_estate import every_resource_that_is_made_is_priced_or_free

CHARGER = "estate-charger-01"


def renamed(tier: str, name: str, choice: str) -> Any:
    site = example(tier, OPTIONS[choice])
    return site.model_validate(site.model_dump(by_alias=True) | {"name": name})


@pytest.mark.parametrize(
    ("tier", "name", "choice"),
    [
        ("large", "estate-domain", "with a domain"),
        ("medium", "estate-public", "public load balancer"),
        ("small", "estate-bare", "no firewall, no trail"),
    ],
)
def test_every_stack_deploys_and_all_of_it_is_priced(
    account: Account, tier: str, name: str, choice: str
) -> None:
    estate = Estate(account, renamed(tier, name, choice))
    zone = estate.client("route53").create_hosted_zone(Name="example.com", CallerReference=name)
    zone_id = zone["HostedZone"]["Id"].rpartition("/")[2]
    estate.facts = replace(estate.facts, hosted_zone_id=zone_id)
    estate.deploy(item.id for item in of_shape(estate.site.size.shape))
    expected = "charging.example.com" if estate.site.has_domain else r"d[a-z0-9]{13}.cloudfront.net"
    assert re.fullmatch(f"https://{expected}", estate.outputs["edge"]["Url"])
    assert estate.outputs["observe"]["ServingAlarmName"]
    every_resource_that_is_made_is_priced_or_free(estate)
    estate.delete(["observe", "edge", "app", "balancer"])


@pytest.fixture(scope="module")
def estate(account: Account) -> Iterator[Estate]:
    made = Estate(account, renamed("small", "estate-bridge", "as it is"))
    made.deploy(["bootstrap", "network", "balancer", "iot", "build", "data", "app"])
    yield made
    made.delete(["app", "balancer"])


def test_a_real_mosquitto_runs_the_registered_configuration(estate: Estate) -> None:
    init, sidecar = registered(estate, "init"), registered(estate, "broker")
    with metadata_endpoint(METADATA) as uri, volume() as folder:
        ended = run_init(init["command"][0], variables(estate, init), folder, uri)
        assert ended.returncode == 0, ended.stderr
        with broker(folder / "mosquitto.conf") as port, listening(port) as heard:
            _until_linked(sidecar, folder, port)
            publish(estate, f"{estate.outputs['iot']['TopicPrefix']}evse/{CHARGER}/telemetry")
            assert heard.get(timeout=10) == (f"evse/{CHARGER}/telemetry", {"power_w": 7.0})


def _until_linked(sidecar: dict[str, Any], folder: Path, port: int) -> None:
    """Check as often as ECS does before it gives up."""
    tries = sidecar["healthCheck"]["retries"]
    assert any(health_check(sidecar, folder, port) == 0 for _ in range(tries))


def registered(estate: Estate, name: str) -> dict[str, Any]:
    """Return a container as the ECS API describes it."""
    arn = estate.outputs["app"]["TaskDefinitionArn"]
    task = estate.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
    (found,) = [c for c in task["containerDefinitions"] if c["name"] == name]
    return dict(found)


def variables(estate: Estate, container: dict[str, Any]) -> dict[str, str]:
    """Return what ECS would give to the container: plain values, and secrets by JSON key."""
    given = {entry["name"]: entry["value"] for entry in container["environment"]}
    for entry in container["secrets"]:
        arn, key, _stage, _version = entry["valueFrom"].rsplit(":", 3)
        secret = estate.client("secretsmanager").get_secret_value(SecretId=arn)
        given[entry["name"]] = json.loads(secret["SecretString"])[key]
    return given


@contextmanager
def listening(port: int) -> Iterator["queue.Queue[tuple[str, Any]]"]:
    """Subscribe as the backend does, at the task's own broker."""
    heard: queue.Queue[tuple[str, Any]] = queue.Queue()
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="solarrally_backend")
    client.on_message = lambda _c, _d, m: heard.put((m.topic, json.loads(m.payload)))
    client.on_connect = lambda c, *_: c.subscribe("evse/+/telemetry", qos=1)
    client.connect("127.0.0.1", port)
    client.loop_start()
    yield heard
    client.disconnect()
    client.loop_stop()


def publish(estate: Estate, topic: str) -> None:
    """Publish one message as a charger of the site, over mutual TLS."""
    iot, outputs = estate.client("iot"), estate.outputs["iot"]
    iot.create_thing(thingName=CHARGER, thingTypeName=outputs["ThingTypeName"])
    made = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_policy(policyName=outputs["DevicePolicyName"], target=made["certificateArn"])
    iot.attach_thing_principal(thingName=CHARGER, principal=made["certificateArn"])
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=CHARGER)
    with volume() as folder:
        chain = folder / "chain.pem"
        chain.write_text(made["certificatePem"] + made["keyPair"]["PrivateKey"])
        context = ssl.create_default_context(cadata=estate.root_ca)
        context.load_cert_chain(chain)
    client.tls_set_context(context)
    client.connect(estate.facts.iot_host, int(estate.facts.iot_port))
    client.loop_start()
    client.publish(topic, json.dumps({"power_w": 7.0}), qos=1).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()
