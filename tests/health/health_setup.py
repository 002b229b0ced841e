"""A deployed site, and ways to break one thing of it with plain boto3 and to repair it again."""

import asyncio
import contextlib
import functools
import json
import platform
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers.connection import Connection
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.telemetry import Unit
from solarrally_tui.deployed.record import Record
from solarrally_tui.deployed.run_lock import Run
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import GLOBAL_REGION, run_name
from solarrally_tui.stacks.template import read, short
from tests.clients import client, owner

Outputs = dict[str, dict[str, str]]


class ChargerOnline:
    """A charger that is connected and publishes, in a thread of its own."""

    def __init__(self, folder: Path, every: float = 0.3) -> None:
        self.message: Callable[[], bytes | None] = self.reading
        """What it publishes next; None: nothing."""
        self.folder = folder
        (self._files,) = ChargerFiles.in_folder(folder)
        self._unit = Unit(self._files.name)
        self._every = every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._publish()))
        self._thread.start()

    def reading(self) -> bytes | None:
        """What a well charger publishes."""
        return json.dumps(self._unit.reading(datetime.now(UTC))).encode()

    def stop(self) -> None:
        """Disconnect."""
        self._ended.set()
        self._thread.join()

    async def _publish(self) -> None:
        async with Connection(self._files) as connection:
            while not self._ended.is_set():
                if message := self.message():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(connection.publish(message), 2)
                await asyncio.sleep(self._every)


@dataclass(frozen=True)
class BreakableSite:
    """A deployed site with clients of its account's owner."""

    account: Account
    record: Record
    outputs: Outputs
    charger: Path = Path()
    """The files of a charger that was added to the site."""
    door: Door | None = None
    """For reading only, in another Region than the site's."""
    online: list[ChargerOnline] = field(default_factory=list)
    """The chargers that publish."""

    @property
    def deployed(self) -> DeployedSite:
        assert self.door
        return DeployedSite.of(self.record, self.door)

    def aws(self, service: str, region: str = "") -> Any:
        """A client of the account's owner, who may break things."""
        return client(owner(self.account), service, region or self.record.region)

    def stack(self, stack: str) -> str:
        return f"solarrally-{self.record.site.name}-{stack}"

    def resource(self, stack: str, kind: str, region: str = "") -> str:
        found = self.aws("cloudformation", region).list_stack_resources(StackName=self.stack(stack))
        return next(
            each["PhysicalResourceId"]
            for each in found["StackResourceSummaries"]
            if each["ResourceType"] == kind
        )

    @contextlib.contextmanager
    def fault(self, kind: str, target: str, message: str = "") -> Iterator[None]:
        """Let calls be refused or throttled for as long as the block lasts."""
        made = self.control("POST", "faults", {"kind": kind, "target": target, "message": message})
        try:
            yield
        finally:
            self.control("DELETE", f"faults/{made['id']}", {})

    @contextlib.contextmanager
    def figures(self, namespace: str, **metrics: float) -> Iterator[None]:
        """Let CloudWatch have other figures for as long as the block lasts."""
        for metric, value in metrics.items():
            body = {"namespace": namespace, "metric": metric, "value": value}
            self.control("POST", "figures", body)
        try:
            yield
        finally:
            self.control("DELETE", "figures", {})

    def fill(self, chargers: int, connected: int, attributes: dict[str, str] | None = None) -> None:
        """Let the site have chargers that are in the registry and the fleet index only."""
        body = {"site": self.record.site.name, "chargers": chargers, "connected": connected}
        self.control("POST", "fleet", body | {"attributes": attributes or {}})

    @contextlib.contextmanager
    def filled(self) -> Iterator[None]:
        """Take these chargers away at the end of the block."""
        try:
            yield
        finally:
            self.fill(0, 0)

    def control(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Control the simulated account."""
        request = urllib.request.Request(
            f"{self.account.endpoint_url}/_solarrally/{path}",
            json.dumps(body).encode(),
            {"content-type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


@contextlib.contextmanager
def logged(site: BreakableSite, lines: list[str], container: str = "backend") -> Iterator[None]:
    """Let a container of a task that has gone have written these lines just now."""
    client, group = site.aws("logs"), site.outputs["app"]["LogGroupName"]
    where = {"logGroupName": group, "logStreamName": f"task/{container}/{time.time_ns():032x}"}
    client.create_log_stream(**where)
    now = int(time.time() * 1000)
    events = [{"timestamp": now + at, "message": line} for at, line in enumerate(lines) if line]
    client.put_log_events(**where, logEvents=events)
    try:
        yield
    finally:
        client.delete_log_stream(**where)


Breakage = Callable[[BreakableSite], "contextlib.AbstractContextManager[None]"]
BREAKAGES: dict[str, Breakage] = {}


def breaks(check: str) -> Callable[[Callable[[BreakableSite], Iterator[None]]], Breakage]:
    """Register a way to break exactly what one check looks at.

    It is repaired after a failure, too: other tests share the site.
    """

    def register(function: Callable[[BreakableSite], Iterator[None]]) -> Breakage:
        @contextlib.contextmanager
        @functools.wraps(function)
        def broken(site: BreakableSite) -> Iterator[None]:
            steps = function(site)
            next(steps)
            try:
                yield
            finally:
                next(steps, None)

        BREAKAGES[check] = broken
        return broken

    return register


@breaks("run")
def leave_a_run_that_was_killed(site: BreakableSite) -> Iterator[None]:
    client, name = site.aws("ssm", GLOBAL_REGION), run_name(site.record.site.name)
    # Of this computer, whose processes are known: no process has this number.
    dead = Run("deploy", "arn:aws:iam::1:user/anne", platform.node(), 2**22 + 7, "10:00", "x")
    client.put_parameter(Name=name, Value=json.dumps(asdict(dead)), Type="String")
    yield
    client.delete_parameter(Name=name)


def changing(site: BreakableSite) -> Callable[..., None]:
    """Return what gives a stack of the site more resources than it has now."""
    client, name = site.aws("cloudformation"), site.stack("bootstrap")
    template = read(client.get_template(StackName=name)["TemplateBody"])
    parameters = [
        {"ParameterKey": key, "UsePreviousValue": True} for key in ("SiteName", "AlertEmail")
    ]

    def update(**more: Any) -> None:
        changed = template | {"Resources": template["Resources"] | more}
        body = short(json.dumps(changed))
        client.update_stack(StackName=name, TemplateBody=body, Parameters=parameters)

    return update


@breaks("stacks")
def change_a_stack_in_vain(site: BreakableSite) -> Iterator[None]:
    update = changing(site)
    update(Twin={"Type": "AWS::SQS::Queue", "Properties": {"NoSuchProperty": 1}})
    yield
    update(Repaired={"Type": "AWS::CloudFormation::WaitConditionHandle"})


@breaks("resources")
def delete_a_log_group_by_hand(site: BreakableSite) -> Iterator[None]:
    client, group = site.aws("logs"), site.resource("build", "AWS::Logs::LogGroup")
    client.delete_log_group(logGroupName=group)
    yield
    client.create_log_group(logGroupName=group)


@breaks("service")
def deploy_an_image_that_is_not_there(site: BreakableSite) -> Iterator[None]:
    client, app = site.aws("ecs"), site.outputs["app"]
    good = app["TaskDefinitionArn"]
    told = client.describe_task_definition(taskDefinition=good)["taskDefinition"]
    for container in told["containerDefinitions"]:
        container["image"] = container["image"].split("@")[0] + "@sha256:" + "0" * 64
    dropped = {
        "taskDefinitionArn",
        "revision",
        "status",
        "requiresAttributes",
        "compatibilities",
        "registeredAt",
        "registeredBy",
    }
    bad = client.register_task_definition(**{k: v for k, v in told.items() if k not in dropped})
    where = {"cluster": app["ClusterName"], "service": app["ServiceName"]}
    client.update_service(**where, taskDefinition=bad["taskDefinition"]["taskDefinitionArn"])
    # Repaired only after ECS gave up, so that its answer to both does not depend on the moment.
    for _ in range(900):
        (told,) = client.describe_services(cluster=where["cluster"], services=[where["service"]])[
            "services"
        ]
        if any(each["rolloutState"] == "FAILED" for each in told["deployments"]):
            break
        time.sleep(0.1)
    yield
    client.update_service(**where, taskDefinition=good, forceNewDeployment=True)


@breaks("targets")
def register_a_target_that_is_nobody(site: BreakableSite) -> Iterator[None]:
    where = {
        "TargetGroupArn": site.outputs["balancer"]["TargetGroupArn"],
        "Targets": [{"Id": "10.42.250.250", "Port": 8000}],
    }
    site.aws("elbv2").register_targets(**where)
    yield
    site.aws("elbv2").deregister_targets(**where)


@breaks("page")
def delete_the_page(site: BreakableSite) -> Iterator[None]:
    client = site.aws("s3")
    where = {"Bucket": site.outputs["build"]["WebBucketName"], "Key": "index.html"}
    page = client.get_object(**where)
    body = page["Body"].read()
    client.delete_object(**where)
    yield
    client.put_object(**where, Body=body, ContentType=page["ContentType"])


def without_behaviour(site: BreakableSite, pattern: str) -> Iterator[None]:
    client, identifier = site.aws("cloudfront"), site.outputs["edge"]["DistributionId"]

    def update(change: Callable[[list[Any]], list[Any]]) -> None:
        told = client.get_distribution_config(Id=identifier)
        behaviours = told["DistributionConfig"]["CacheBehaviors"]
        items = change(behaviours.get("Items", []))
        behaviours.update(Quantity=len(items), Items=items)
        client.update_distribution(
            Id=identifier, IfMatch=told["ETag"], DistributionConfig=told["DistributionConfig"]
        )

    taken: list[Any] = []

    def take(items: list[Any]) -> list[Any]:
        taken.extend(item for item in items if item["PathPattern"] == pattern)
        return [item for item in items if item["PathPattern"] != pattern]

    update(take)
    assert len(taken) == 1
    yield
    update(lambda items: items + taken)


@breaks("application")
def send_health_elsewhere(site: BreakableSite) -> Iterator[None]:
    yield from without_behaviour(site, "/health")


@breaks("live")
def send_websockets_elsewhere(site: BreakableSite) -> Iterator[None]:
    yield from without_behaviour(site, "/ws/*")


@breaks("telemetry")
def let_the_charger_fall_silent(site: BreakableSite) -> Iterator[None]:
    charger = site.online[0]
    charger.message = lambda: None
    yield
    charger.message = charger.reading


@breaks("strangers")
def let_anybody_pass(site: BreakableSite) -> Iterator[None]:
    client, identifier = site.aws("cloudfront"), site.outputs["edge"]["DistributionId"]

    def update(functions: dict[str, Any]) -> dict[str, Any]:
        told = client.get_distribution_config(Id=identifier)
        items = told["DistributionConfig"]["CacheBehaviors"]["Items"]
        (behaviour,) = (item for item in items if item["PathPattern"] == "/ws/*")
        before: dict[str, Any] = behaviour["FunctionAssociations"]
        behaviour["FunctionAssociations"] = functions
        client.update_distribution(
            Id=identifier, IfMatch=told["ETag"], DistributionConfig=told["DistributionConfig"]
        )
        return before

    gate = update({"Quantity": 0})
    yield
    update(gate)


def inactive(site: BreakableSite, policy: str) -> Iterator[None]:
    client = site.aws("iot")
    arn = client.list_targets_for_policy(policyName=policy)["targets"][0]
    certificate = arn.rpartition("/")[2]
    client.update_certificate(certificateId=certificate, newStatus="INACTIVE")
    yield
    client.update_certificate(certificateId=certificate, newStatus="ACTIVE")


@breaks("bridge")
def deactivate_the_bridge(site: BreakableSite) -> Iterator[None]:
    yield from inactive(site, site.outputs["iot"]["BridgePolicyName"])


@breaks("chargers")
def deactivate_a_charger(site: BreakableSite) -> Iterator[None]:
    yield from inactive(site, site.outputs["iot"]["DevicePolicyName"])


@breaks("database")
def stop_the_database(site: BreakableSite) -> Iterator[None]:
    client, name = site.aws("rds"), site.outputs["data"]["DbInstanceId"]
    client.stop_db_instance(DBInstanceIdentifier=name)
    yield
    client.start_db_instance(DBInstanceIdentifier=name)


@breaks("alarms")
def ring_an_alarm(site: BreakableSite) -> Iterator[None]:
    client, name = site.aws("cloudwatch"), site.resource("data", "AWS::CloudWatch::Alarm")
    client.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    yield
    client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="a test")


@breaks("alerts")
def unsubscribe(site: BreakableSite) -> Iterator[None]:
    client, topic = site.aws("sns"), site.outputs["bootstrap"]["AlertTopicArn"]
    # AWS lists what was unsubscribed before for some days.
    listed = client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    (told,) = (item for item in listed if item["SubscriptionArn"] != "Deleted")
    client.unsubscribe(SubscriptionArn=told["SubscriptionArn"])
    yield
    client.subscribe(TopicArn=topic, Protocol="email", Endpoint=told["Endpoint"])


@breaks("budget")
def delete_the_budget(site: BreakableSite) -> Iterator[None]:
    client = site.aws("budgets", "us-east-1")
    name = site.resource("budget", "AWS::Budgets::Budget", "us-east-1")
    where = {"AccountId": site.record.account, "BudgetName": name}
    told = client.describe_budget(**where)["Budget"]
    client.delete_budget(**where)
    yield
    kept = ("BudgetName", "BudgetLimit", "TimeUnit", "BudgetType")
    client.create_budget(AccountId=site.record.account, Budget={key: told[key] for key in kept})


@breaks("trail")
def stop_the_trail(site: BreakableSite) -> Iterator[None]:
    client, name = site.aws("cloudtrail"), site.resource("trail", "AWS::CloudTrail::Trail")
    client.stop_logging(Name=name)
    yield
    client.start_logging(Name=name)


@breaks("account-settings")
def unsubscribe_from_anomalies(site: BreakableSite) -> Iterator[None]:
    client = site.aws("ce", "us-east-1")
    (told,) = client.get_anomaly_subscriptions()["AnomalySubscriptions"]
    client.delete_anomaly_subscription(SubscriptionArn=told["SubscriptionArn"])
    yield
    kept = ("SubscriptionName", "MonitorArnList", "Subscribers", "Frequency", "ThresholdExpression")
    client.create_anomaly_subscription(AnomalySubscription={key: told[key] for key in kept})


MEASURED: dict[str, tuple[str, dict[str, float]]] = {
    "capacity": ("AWS/ECS", {"MemoryUtilization": 97.0}),
    "traffic": ("AWS/ApplicationELB", {"TargetResponseTime": 4.2}),
    "database-load": ("AWS/RDS", {"FreeStorageSpace": 400e6}),
    "cloudfront": ("AWS/CloudFront", {"Requests": 400.0, "5xxErrorRate": 30.0}),
    "firewall": ("AWS/WAFV2", {"BlockedRequests": 900.0}),
    "quotas": ("AWS/Usage", {"ResourceCount": 5000.0}),
}
"""By the check that turns: the namespace and the figures that turn it."""


def measured(check: str) -> Breakage:
    namespace, metrics = MEASURED[check]
    return lambda site: site.figures(namespace, **metrics)


BREAKAGES |= {check: measured(check) for check in MEASURED}


@breaks("log-retention")
def let_a_log_of_the_database_have_no_end(site: BreakableSite) -> Iterator[None]:
    client = site.aws("logs")
    group = f"/aws/rds/instance/{site.outputs['data']['DbInstanceId']}/postgresql"
    client.create_log_group(logGroupName=group)
    yield
    client.delete_log_group(logGroupName=group)
