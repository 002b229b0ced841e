"""From a charger's certificate to a browser's WebSocket, through a running task's stand-in."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from solarrally_tui.simulator.child import Account
from solarrally_tui.simulator.runtime import page
from tests.provisioning.engine_setup import speed
from tests.runtime.runtime_setup import TELEMETRY, SmallSite, eventually


@dataclass
class Serving:
    site: SmallSite
    certificate: str
    group: str
    distribution: dict[str, Any]
    domain: str

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.site.account.edge_ca_file))

    def get(self, path: str, scheme: str = "https", method: str = "GET") -> tuple[int, str, Any]:
        request = urllib.request.Request(f"{scheme}://{self.domain}{path}", method=method)
        try:
            with urllib.request.urlopen(
                request, timeout=60, context=self.trust if scheme == "https" else None
            ) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers

    def health(self) -> dict[str, Any]:
        status, text, _ = self.get("/health")
        return json.loads(text) if status == 200 else {"status": status}


@pytest.fixture(scope="module")
def serving(account: Account) -> Iterator[Serving]:
    # In one run of the whole suite, all that takes AWS minutes was slow here.
    speed(account, "instant")
    site = SmallSite(account)
    certificate = site.bridge_certificate()
    host, _ = site.database()
    definition = site.task_definition(site.image(), site.bridge_secret(certificate), host)
    balancer, group = site.load_balancer()
    site.bucket()
    distribution = site.distribution(balancer)
    site.service(definition, group)
    eventually(lambda: [t for t in site.health(group) if _state(t) == "healthy"])
    domain = site.address(distribution["Id"])
    yield Serving(site, certificate["certificateId"], group, distribution, domain)
    site.aws("ecs").delete_service(cluster=site.name, service=site.name, force=True)


def _state(target: dict[str, Any]) -> str:
    return str(target["TargetHealth"]["State"])


def _frames(socket: ClientConnection, count: int) -> list[dict[str, Any]]:
    return [json.loads(socket.recv(timeout=60)) for _ in range(count)]


def test_telemetry_crosses_from_mutual_tls_to_a_websocket_over_tls(serving: Serving) -> None:
    url = f"wss://{serving.domain}/ws/live"
    with serving.site.charger("pole-1") as charger, connect(url, ssl=serving.trust) as socket:
        for number in range(20):
            serving.site.publish(charger, "pole-1", power_w=number)
        frames = _frames(socket, 20)
    assert sorted(frame["power_w"] for frame in frames) == list(range(20))
    assert frames[0].keys() == (TELEMETRY.keys() - {"firmware"}) | {"unit_id"}
    assert {frame["unit_id"] for frame in frames} == {"pole-1"}


def test_plain_http_is_answered_on_the_same_port(serving: Serving) -> None:
    with (
        serving.site.charger("pole-2") as charger,
        connect(f"ws://{serving.domain}/ws/live/s-7") as socket,
    ):
        serving.site.publish(charger, "pole-2", session_id="other")
        serving.site.publish(charger, "pole-2", session_id="s-7")
        assert _frames(socket, 1)[0]["session_id"] == "s-7"
    assert json.loads(serving.get("/health", scheme="http")[1])["mqtt_connected"] is True


def test_invalid_telemetry_is_dropped_and_logged(serving: Serving) -> None:
    url = f"wss://{serving.domain}/ws/live"
    with serving.site.charger("pole-3") as charger, connect(url, ssl=serving.trust) as socket:
        serving.site.publish(charger, "pole-3", energy_source="coal")
        serving.site.publish(charger, "pole-3", voltage_v="231.5")
        assert _frames(socket, 1)[0]["voltage_v"] == 231.5
    logs = serving.site.aws("logs")
    found = logs.filter_log_events(logGroupName=f"/{serving.site.name}")["events"]
    assert any("Invalid telemetry" in e["message"] for e in found)


def test_health_has_the_fields_of_the_application(serving: Serving) -> None:
    assert serving.health() == {
        "status": "healthy",
        "mqtt_connected": True,
        "active_websockets": 0,
        "database": "connected",
        "authentication": "enabled",
    }


def test_the_page_comes_from_the_bucket_under_its_policy(serving: Serving) -> None:
    site = serving.site
    assert serving.get("/")[0] == 403
    assert "AccessDenied" in serving.get("/")[1]
    site.allow(serving.distribution["ARN"])
    assert serving.get("/")[0] == 403  # nothing there, and CloudFront may not list
    site.aws("s3").put_object(
        Bucket=site.name, Key="index.html", Body=page.html(), ContentType="text/html"
    )
    status, text, headers = serving.get("/")
    assert (status, headers["Content-Type"]) == (200, "text/html")
    assert "Simulated account" in text
    assert f'src="/{page.SCRIPT_KEY}"' in text
    assert "<script>" not in text  # the site's content security policy would stop it
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Cache"] == "Miss from cloudfront"


def test_a_method_that_the_behavior_does_not_allow_is_refused(serving: Serving) -> None:
    status, text, headers = serving.get("/api/v1/tariff", method="PUT")
    assert status == 403
    assert "not configured to allow the HTTP request method" in text
    assert headers["X-Cache"] == "Error from cloudfront"
    assert serving.get("/api/v1/tariff")[0] == 200
    status, text, _ = serving.get("/api/v1/site")
    assert (status, json.loads(text)["totals"]["silent"]) == (200, 0)
    assert serving.get("/api/v1/tariff", method="OPTIONS")[0] == 405  # the target's own answer


def test_a_public_load_balancer_answers_only_to_the_header(serving: Serving) -> None:
    site, elb = serving.site, serving.site.aws("elbv2")
    created = site.public_distribution(serving.group, "the-secret")
    public = replace(serving, distribution=created, domain=site.address(created["Id"]))
    assert public.health()["mqtt_connected"] is True
    balancers = elb.describe_load_balancers(Names=[f"{site.name}-p"])["LoadBalancers"]
    listeners = elb.describe_listeners(LoadBalancerArn=balancers[0]["LoadBalancerArn"])
    rules = elb.describe_rules(ListenerArn=listeners["Listeners"][0]["ListenerArn"])["Rules"]
    (rule,) = [r["RuleArn"] for r in rules if r["Priority"] == "1"]
    elb.delete_rule(RuleArn=rule)
    assert public.get("/health")[0] == 403
    elb.delete_load_balancer(LoadBalancerArn=balancers[0]["LoadBalancerArn"])
    status, text, _ = public.get("/health")
    assert status == 502
    assert "able to resolve the origin domain name" in text


def test_the_running_task_looks_like_one(serving: Serving) -> None:
    (task,) = serving.site.tasks()
    states = {c["name"]: (c["lastStatus"], c.get("healthStatus")) for c in task["containers"]}
    assert states["init"][0] == "STOPPED"
    assert states["broker"] == ("RUNNING", "HEALTHY")
    assert states["backend"][0] == "RUNNING"
    (target,) = serving.site.health(serving.group)
    details = {d["name"]: d["value"] for d in task["attachments"][0]["details"]}
    assert target["Target"]["Id"] == details["privateIPv4Address"]


def test_a_deactivated_certificate_stops_telemetry_until_it_is_active_again(
    serving: Serving,
) -> None:
    iot = serving.site.aws("iot")
    url = f"wss://{serving.domain}/ws/live"
    with serving.site.charger("pole-4") as charger, connect(url, ssl=serving.trust) as socket:
        iot.update_certificate(certificateId=serving.certificate, newStatus="INACTIVE")
        serving.site.publish(charger, "pole-4")
        with pytest.raises(TimeoutError):
            socket.recv(timeout=1)
        # The application's own broker is still there: it does not see the loss.
        assert serving.health()["mqtt_connected"] is True
        iot.update_certificate(certificateId=serving.certificate, newStatus="ACTIVE")

        def arrives() -> bool:
            serving.site.publish(charger, "pole-4", power_w=7)
            try:
                return bool(json.loads(socket.recv(timeout=0.5))["power_w"] == 7)
            except TimeoutError:
                return False

        eventually(arrives)


def test_a_new_revision_starts_before_the_old_task_ends(serving: Serving) -> None:
    site = serving.site
    (old,) = site.tasks()
    current = site.described()["taskDefinition"]
    definition = site.aws("ecs").describe_task_definition(taskDefinition=current)["taskDefinition"]
    arn = site.aws("ecs").register_task_definition(
        family=site.name, containerDefinitions=definition["containerDefinitions"]
    )["taskDefinition"]["taskDefinitionArn"]
    site.aws("ecs").update_service(cluster=site.name, service=site.name, taskDefinition=arn)
    answers = set()

    def replaced() -> bool:
        answers.add(serving.get("/health")[0])
        tasks = site.tasks()
        return len(tasks) == 1 and tasks[0]["taskArn"] != old["taskArn"]

    eventually(replaced)
    assert answers == {200}
    (stopped,) = [t for t in site.tasks("STOPPED") if t["taskArn"] == old["taskArn"]]
    assert stopped["lastStatus"] == "STOPPED"


def test_a_scalable_target_brings_the_service_within_its_bounds(serving: Serving) -> None:
    site = serving.site
    scaling, ecs = site.aws("application-autoscaling"), site.aws("ecs")
    scaling.register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{site.name}/{site.name}",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=2,
        MaxCapacity=3,
    )
    eventually(lambda: len(site.tasks()) == 2)
    eventually(lambda: [_state(t) for t in site.health(serving.group)] == ["healthy"] * 2)
    # What somebody sets by hand afterwards stays, as on AWS.
    ecs.update_service(cluster=site.name, service=site.name, desiredCount=1)
    eventually(lambda: len(site.tasks()) == 1)


def test_without_tasks_the_load_balancer_says_503_and_a_disabled_distribution_403(
    serving: Serving,
) -> None:
    site = serving.site
    site.aws("ecs").update_service(cluster=site.name, service=site.name, desiredCount=0)
    eventually(lambda: serving.get("/health")[0] == 503)
    assert site.health(serving.group) == []
    front = site.aws("cloudfront")
    found = front.get_distribution_config(Id=serving.distribution["Id"])
    front.update_distribution(
        Id=serving.distribution["Id"],
        IfMatch=found["ETag"],
        DistributionConfig=found["DistributionConfig"] | {"Enabled": False},
    )
    assert serving.get("/health")[0] == 403
    tag = front.get_distribution_config(Id=serving.distribution["Id"])["ETag"]
    front.delete_distribution(Id=serving.distribution["Id"], IfMatch=tag)
    with pytest.raises(urllib.error.URLError):  # nobody listens there any more
        eventually(lambda: serving.get("/health")[0] != 403)
