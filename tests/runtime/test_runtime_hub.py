"""A hub between AWS IoT and three tasks: one copy of each message, and what recovers by itself."""

import datetime as dt
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx
import paho.mqtt.client as mqtt
import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from solarrally_tui.simulator.child import Account
from tests.blueprints.blueprint_setup import hub_init
from tests.runtime.runtime_setup import SmallSite, _environment, _policy, eventually

TASKS = 3
RATE = 50
"""Messages a second: many for a gap to be measured, few for two links."""
PASSWORD = "Zq7" * 16
PEMS = {
    "IOT_CERTIFICATE": "certificatePem",
    "IOT_PRIVATE_KEY": "privateKey",
    "IOT_ROOT_CA": "rootCaPem",
}


@dataclass
class HubSite:
    """Two services with the configuration of blueprints/app, found through AWS Cloud Map."""

    small: SmallSite
    ecs: Any = field(init=False)

    def __post_init__(self) -> None:
        self.ecs = self.small.aws("ecs")

    @property
    def host(self) -> str:
        return f"hub.{self.small.name}.internal"

    def stand(self) -> None:
        """Create both services, and wait until everything runs."""
        site = self.small
        topic = f"solarrally/{site.topics}/evse"
        certificate = site.certificate(
            _policy(
                site.region,
                ("iot:Connect", f"client/{site.topics}-bridge-*"),
                ("iot:Subscribe", f"topicfilter/$share/hub-*/{topic}/+/*"),
                ("iot:Receive", f"topic/{topic}/*"),
            ),
            "bridge",
        )
        image, secret = site.image(), site.bridge_secret(certificate)
        self.ecs.create_cluster(clusterName=site.name)
        self._service("hub", self._definition("Hub", image, secret), 1, [self._registry()])
        eventually(lambda: len(self.running("hub")) == 1)
        self._service("app", self._definition("", image, secret), TASKS, [])
        eventually(lambda: len(self.running("app")) == TASKS)

    def _definition(self, kind: str, image: str, secret: str) -> str:
        """Register a task definition with the texts of the blueprint's init container."""
        site = self.small
        given = {e["Name"]: e["Value"] for e in hub_init(f"{kind}TaskDefinition")["Environment"]}
        conf = ("MOSQUITTO_CONF", "LINK_CONF", "HUB_ACL", "HUB_LINKS", "MQTT_DIR")
        texts = {
            name: str(given[name])
            .replace("iot.BridgeClientIdPrefix", f"{site.topics}-bridge-")
            .replace("iot.TopicPrefix", f"solarrally/{site.topics}/")
            .replace("abc-ats.iot.us-east-1.amazonaws.com:8883", self._iot)
            .replace("hub-medium.medium.solarrally.internal", self.host)
            for name in conf
            if name in given
        } | {"HUB_PASSWORD": PASSWORD}
        broker = {"dependsOn": [{"containerName": "init", "condition": "SUCCESS"}]}
        after = {"dependsOn": [{"containerName": "broker", "condition": "HEALTHY"}]}
        containers = [
            {
                "name": "init",
                "essential": False,
                "environment": _environment(texts),
                "secrets": [{"name": n, "valueFrom": f"{secret}:{k}::"} for n, k in PEMS.items()],
            },
            {"name": "broker", "healthCheck": {"command": ["CMD-SHELL", "true"]}} | broker,
            {"name": "backend", "portMappings": [{"containerPort": 8000}]} | after,
        ][: 2 if kind else 3]
        registered = self.ecs.register_task_definition(
            family=f"{site.name}{kind}",
            networkMode="awsvpc",
            containerDefinitions=[each | {"image": image} for each in containers],
        )
        return str(registered["taskDefinition"]["taskDefinitionArn"])

    @property
    def _iot(self) -> str:
        return f"localhost:{self.small.account.mqtt_port}"

    def _registry(self) -> dict[str, Any]:
        found = self.small.aws("servicediscovery")
        namespace = f"{self.small.name}.internal"
        found.create_private_dns_namespace(Name=namespace, Vpc="vpc-of-the-test")
        (space,) = [
            n["Id"] for n in found.list_namespaces()["Namespaces"] if n["Name"] == namespace
        ]
        record = {"Type": "A", "TTL": 5}
        made = found.create_service(
            Name="hub", NamespaceId=space, DnsConfig={"DnsRecords": [record]}
        )
        return {"registryArn": made["Service"]["Arn"]}

    def _service(
        self, name: str, definition: str, desired: int, registries: list[dict[str, Any]]
    ) -> None:
        group = self._group
        self.ecs.create_service(
            cluster=self.small.name,
            serviceName=name,
            taskDefinition=definition,
            desiredCount=desired,
            serviceRegistries=registries,
            networkConfiguration={
                "awsvpcConfiguration": {"subnets": [], "securityGroups": [group]}
            },
        )

    @property
    def _group(self) -> str:
        """A security group in which everybody may connect to everybody."""
        ec2 = self.small.aws("ec2")
        found = ec2.describe_security_groups()["SecurityGroups"]
        mine = [g["GroupId"] for g in found if g["GroupName"] == self.small.name]
        if mine:
            return str(mine[0])
        made: str = ec2.create_security_group(GroupName=self.small.name, Description="hub")[
            "GroupId"
        ]
        rule = {"IpProtocol": "tcp", "FromPort": 1883, "ToPort": 1883}
        inside = [rule | {"UserIdGroupPairs": [{"GroupId": made}]}]
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=inside)
        return made

    def running(self, service: str) -> list[str]:
        arns = self.ecs.list_tasks(cluster=self.small.name, serviceName=service)["taskArns"]
        if not arns:
            return []
        found = self.ecs.describe_tasks(cluster=self.small.name, tasks=arns)["tasks"]
        return [task["taskArn"] for task in found if task["lastStatus"] == "RUNNING"]

    def ports(self) -> dict[str, int]:
        """Ports of the pages, by task."""
        url = f"{self.small.account.endpoint_url}/_solarrally/tasks"
        known = httpx.get(url, trust_env=False).json()["tasks"]
        return {arn: known[arn] for arn in self.running("app") if arn in known}

    def scale_by_cpu(self) -> None:
        """Give the service of tasks the scaling policy of blueprints/app."""
        scaling = self.small.aws("application-autoscaling")
        scaling.register_scalable_target(**self._scaled, MinCapacity=1, MaxCapacity=TASKS)
        scaling.put_scaling_policy(
            **self._scaled,
            PolicyName="cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
                },
                "TargetValue": 60,
                "ScaleOutCooldown": 60,
                "ScaleInCooldown": 300,
            },
        )

    def measure(self, cpu: float | None) -> None:
        """Let CloudWatch have this CPU of tasks, or again what the account measures."""
        body = {"namespace": "AWS/ECS", "metric": "CPUUtilization", "value": cpu}
        url = f"{self.small.account.endpoint_url}/_solarrally/figures"
        method = "DELETE" if cpu is None else "POST"
        httpx.request(method, url, json=body, trust_env=False).raise_for_status()

    def activities(self) -> list[dict[str, Any]]:
        """What the scaling policy did, the newest first."""
        scaling = self.small.aws("application-autoscaling")
        resource = {name: self._scaled[name] for name in ("ServiceNamespace", "ResourceId")}
        found: list[dict[str, Any]] = scaling.describe_scaling_activities(**resource)[
            "ScalingActivities"
        ]
        return found

    @property
    def _scaled(self) -> dict[str, str]:
        return {
            "ServiceNamespace": "ecs",
            "ResourceId": f"service/{self.small.name}/app",
            "ScalableDimension": "ecs:service:DesiredCount",
        }

    def delivered(self) -> int:
        """What AWS IoT delivered in this Region, by its own count."""
        now = dt.datetime.now(dt.UTC)
        told = self.small.aws("cloudwatch").get_metric_statistics(
            Namespace="AWS/IoT",
            MetricName="PublishOut.Success",
            Dimensions=[{"Name": "Protocol", "Value": "MQTT"}],
            StartTime=now - dt.timedelta(hours=1),
            EndTime=now + dt.timedelta(minutes=1),
            Period=60,
            Statistics=["Sum"],
        )
        return round(sum(point["Sum"] for point in told["Datapoints"]))


@dataclass
class Viewer:
    """Counts what one task shows, and when."""

    port: int
    seen: list[tuple[float, int]] = field(default_factory=list)

    def watch(self, ended: threading.Event) -> None:
        address = f"ws://127.0.0.1:{self.port}/ws/live"
        try:
            with connect(address, compression=None) as socket:
                while not ended.is_set():
                    message = json.loads(socket.recv(timeout=20))
                    self.seen.append((time.monotonic(), int(message["power_w"])))
        except (OSError, TimeoutError, WebSocketException):
            pass  # Its task was stopped, or nothing came any more: what was seen says it.

    def gap(self, since: float) -> float:
        """Return the longest time without a message since then, in seconds."""
        times = [since, *(at for at, _ in self.seen if at > since)]
        return max((b - a for a, b in pairwise(times)), default=0.0)


@dataclass
class Charging:
    """A charger that sends numbered messages all the time."""

    site: SmallSite
    client: mqtt.Client
    name: str = "pole"
    sent: int = 0

    def send(self, ended: threading.Event) -> None:
        while not ended.wait(1 / RATE):
            self.site.publish(self.client, self.name, power_w=self.sent)
            self.sent += 1


def _cut(hub: HubSite) -> str:
    """End a link of the hub, once it is there."""
    (task,) = hub.running("hub")
    link = f"{hub.small.topics}-bridge-hub-{task.rpartition('/')[2]}-1"
    data = hub.small.aws("iot-data")

    def cut() -> bool:
        try:
            data.delete_connection(clientId=link)
        except data.exceptions.ResourceNotFoundException:
            return False
        return True

    eventually(cut)
    return ""


def _stop(service: str) -> Callable[[HubSite], str]:
    def stop(hub: HubSite) -> str:
        gone = hub.running(service)[0]
        hub.ecs.stop_task(cluster=hub.small.name, task=gone)
        return gone

    return stop


def _resumed(hub: HubSite, viewers: list[Viewer], at: float, tasks: int = TASKS) -> None:
    """Wait until all runs and each viewer has seen thirty messages and missed none."""

    def whole(viewer: Viewer) -> bool:
        last = [number for when, number in list(viewer.seen) if when > at][-30:]
        # Messages overtake each other at the edges.
        return len(last) == 30 and set(range(last[5], last[-5])) <= set(last)

    eventually(lambda: len(hub.running("hub")) == 1 and len(hub.running("app")) == tasks)
    eventually(lambda: all(map(whole, viewers)))


@pytest.fixture(scope="module")
def hub(account: Account) -> Iterator[HubSite]:
    site = HubSite(SmallSite(account, region="eu-west-2"))
    site.stand()
    yield site
    for name in ("app", "hub"):
        site.ecs.delete_service(cluster=site.small.name, service=name, force=True)


def test_each_task_gets_what_is_delivered_once_and_all_recovers_by_itself(
    hub: HubSite, record_property: Callable[[str, object], None]
) -> None:
    ended, before = threading.Event(), hub.delivered()
    viewers = {arn: Viewer(port) for arn, port in hub.ports().items()}
    assert len(viewers) == TASKS
    with hub.small.charger("pole") as client:
        charging = Charging(hub.small, client)
        threads = [threading.Thread(target=v.watch, args=(ended,)) for v in viewers.values()]
        for each in threads:
            each.start()
        time.sleep(0.3)
        for number in range(100):
            hub.small.publish(client, "pole", power_w=number)
        for viewer in viewers.values():
            eventually(lambda v=viewer: len(v.seen) == 100)
            # Two links deliver side by side, so a message may overtake another.
            assert sorted(number for _, number in viewer.seen) == list(range(100))
        # Three tasks show a hundred messages each, and AWS IoT delivered a hundred.
        eventually(lambda: hub.delivered() - before == 100, 5)
        threads.append(threading.Thread(target=charging.send, args=(ended,)))
        threads[-1].start()
        # The link is cut twice: the second time needs it to be there again.
        for what, kill in (
            ("link", _cut),
            ("same link", _cut),
            ("hub", _stop("hub")),
            ("task", _stop("app")),
        ):
            at = time.monotonic()
            gone = kill(hub)
            left = [viewer for arn, viewer in viewers.items() if arn != gone]
            _resumed(hub, left, at)
            gap = max(viewer.gap(at) for viewer in left)
            print(f"{what} ended: viewers waited at most {gap:.2f} s")
            record_property(f"gap after the end of a {what}", gap)
        # The task that came is at the hub, too.
        for port in hub.ports().values():
            with connect(f"ws://127.0.0.1:{port}/ws/live", compression=None) as socket:
                assert json.loads(socket.recv(timeout=5))["unit_id"] == "pole"
        ended.set()
        for each in threads:
            each.join(25)


def test_tasks_come_and_go_while_a_viewer_watches(
    hub: HubSite, record_property: Callable[[str, object], None]
) -> None:
    """A viewer whose task is stopped opens the live view again, at another task."""
    ended, seen = threading.Event(), Viewer(0)

    def watch() -> None:
        while not ended.is_set():
            seen.port = next(iter(hub.ports().values()), 1)
            seen.watch(ended)

    with hub.small.charger("post") as client:
        charging = Charging(hub.small, client, "post")
        sending = threading.Thread(target=charging.send, args=(ended,))
        watching = threading.Thread(target=watch)
        watching.start()
        sending.start()
        eventually(lambda: seen.seen)
        hub.scale_by_cpu()
        for cpu, wanted in ((5, 1), (95, TASKS)):
            at = time.monotonic()
            hub.measure(cpu)
            eventually(lambda n=wanted: len(hub.running("app")) == n)
            _resumed(hub, [seen], time.monotonic(), wanted)
            gap = seen.gap(at)
            print(f"scaled to {wanted}: the viewer waited at most {gap:.2f} s")
            record_property(f"gap while scaled to {wanted}", gap)
            assert gap < 5
        hub.measure(None)
        ended.set()
        sending.join(25)
        watching.join(25)
    made = [(one["Description"], one["Cause"]) for one in hub.activities()][::-1][:3]
    assert [words for words, _ in made] == [f"Setting desired count to {n}." for n in (1, 2, 3)]
    # AWS asks for as many tasks as bring the average CPU to the target: 2 for one at 95 %.
    alarms = ("AlarmLow", "AlarmHigh", "AlarmHigh")
    assert all(alarm in cause for alarm, (_, cause) in zip(alarms, made, strict=True))
