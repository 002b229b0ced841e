"""States in which a running site was seen, each with a way to bring the standing site into it.

They are those of the real application, run and broken on purpose, as far as the simulated account
can have them. docs/status.md has what page, status and diagnosis say in each.
"""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from solarrally_tui.chargers.telemetry import Unit
from tests.health.health_setup import (
    BREAKAGES,
    BreakableSite,
    Breakage,
    ChargerOnline,
    deactivate_the_bridge,
    stop_the_database,
)

AGED: Final = 33.0
"""Seconds after which the page marks a charger of the standing site that sends nothing."""
_EVERYWHERE: Final = "0.0.0.0/0"
_STARTED: Final = 60.0


@dataclass(frozen=True, slots=True)
class State:
    """One state of a site, and how to bring it about for as long as a block lasts."""

    name: str
    """What happened, for people."""
    provoke: Breakage | None
    """None: only the real application was brought into it."""
    turns: str = ""
    """The check that turns; nothing is read before."""
    lasts: float = 0.0
    """Seconds that it lasts before it is looked at."""
    measured: str = ""
    """The beginning of the state's name in tests/application/recorded.json; may be empty."""
    signed_in: bool = True
    """Whether the page is read with the password."""


@contextlib.contextmanager
def nothing(_site: BreakableSite) -> Iterator[None]:
    """Leave all well."""
    yield


def sending(
    message: Callable[[ChargerOnline], bytes | None], *, only_first: bool = False
) -> Breakage:
    """Let the chargers, or the first, send something else."""

    @contextlib.contextmanager
    def change(site: BreakableSite) -> Iterator[None]:
        changed = site.online[:1] if only_first else site.online
        for charger in changed:
            charger.message = partial(message, charger)
        try:
            yield
        finally:
            for charger in changed:
                charger.message = charger.reading

    return change


def _an_hour_old(charger: ChargerOnline) -> bytes:
    reading = Unit(charger.folder.name).reading(datetime.now(UTC) - timedelta(hours=1))
    return json.dumps(reading).encode()


@contextlib.contextmanager
def disconnected(site: BreakableSite) -> Iterator[None]:
    """Switch the chargers off."""
    folders = [charger.folder for charger in site.online]
    while site.online:
        site.online.pop().stop()
    try:
        yield
    finally:
        site.online.extend(map(ChargerOnline, folders))


def at_tasks(fault: str) -> Breakage:
    """Let a fault be on the running tasks."""

    @contextlib.contextmanager
    def change(site: BreakableSite) -> Iterator[None]:
        site.control("POST", "tasks", {"fault": fault})
        try:
            yield
        finally:
            site.control("POST", "tasks", {"fault": ""})

    return change


@contextlib.contextmanager
def without_route(site: BreakableSite) -> Iterator[None]:
    """Take the ways out of the network away."""
    client = site.aws("ec2")
    network = [{"Name": "vpc-id", "Values": [site.outputs["network"]["VpcId"]]}]
    routes = [
        (table["RouteTableId"], key, route[key])
        for table in client.describe_route_tables(Filters=network)["RouteTables"]
        for route in table["Routes"]
        if route.get("DestinationCidrBlock") == _EVERYWHERE
        for key in ("GatewayId", "NatGatewayId", "InstanceId")
        if route.get(key)
    ]
    for table, _, _ in routes:
        client.delete_route(RouteTableId=table, DestinationCidrBlock=_EVERYWHERE)
    try:
        yield
    finally:
        for table, key, target in routes:
            client.create_route(
                RouteTableId=table, DestinationCidrBlock=_EVERYWHERE, **{key: target}
            )


def end_tasks(site: BreakableSite) -> None:
    """Stop the running tasks, as a crash or a retirement by Fargate does.

    The simulated ECS looks for missing tasks when the service is changed; AWS does by itself.
    """
    client, app = site.aws("ecs"), site.outputs["app"]
    where = {"cluster": app["ClusterName"], "service": app["ServiceName"]}
    for task in client.list_tasks(cluster=where["cluster"])["taskArns"]:
        client.stop_task(cluster=where["cluster"], task=task)
    (service,) = client.describe_services(cluster=where["cluster"], services=[where["service"]])[
        "services"
    ]
    client.update_service(**where, desiredCount=service["desiredCount"])


def is_serving(site: BreakableSite) -> bool:
    """Whether the wanted tasks run."""
    app = site.outputs["app"]
    (service,) = site.aws("ecs").describe_services(
        cluster=app["ClusterName"], services=[app["ServiceName"]]
    )["services"]
    running: bool = service["runningCount"] >= service["desiredCount"]
    return running and len(service["deployments"]) == 1


def restarted(during: Breakage, *, starts: bool) -> Breakage:
    """Let tasks be started anew while something is wrong, and serve where they can."""

    @contextlib.contextmanager
    def change(site: BreakableSite) -> Iterator[None]:
        with during(site):
            end_tasks(site)
            end = time.monotonic() + _STARTED
            time.sleep(1)
            while starts and not is_serving(site) and time.monotonic() < end:
                time.sleep(0.3)
            yield
        if not starts:
            deploy_anew(site)

    return change


@contextlib.contextmanager
def tasks_that_end(site: BreakableSite) -> Iterator[None]:
    """End the tasks, and let each new one end as it starts."""
    words = "OutOfMemoryError: Container killed due to memory usage"
    with site.fault("task", "*", words):
        end_tasks(site)
        yield
    deploy_anew(site)


@contextlib.contextmanager
def another_password(site: BreakableSite) -> Iterator[None]:
    """Change the password of the database, and not the secret."""
    client, name = site.aws("rds"), site.outputs["data"]["DbInstanceId"]
    secret = site.aws("secretsmanager").get_secret_value(
        SecretId=site.outputs["data"]["DbSecretArn"]
    )

    def change(password: str) -> None:
        client.modify_db_instance(
            DBInstanceIdentifier=name, MasterUserPassword=password, ApplyImmediately=True
        )

    change("another-Passw0rd-of-somebody")
    try:
        yield
    finally:
        change(json.loads(secret["SecretString"])["password"])


@contextlib.contextmanager
def without_policy(site: BreakableSite) -> Iterator[None]:
    """Take the bridge's policy from its certificate."""
    client, policy = site.aws("iot"), site.outputs["iot"]["BridgePolicyName"]
    certificate = client.list_targets_for_policy(policyName=policy)["targets"][0]
    client.detach_policy(policyName=policy, target=certificate)
    try:
        yield
    finally:
        client.attach_policy(policyName=policy, target=certificate)


@contextlib.contextmanager
def replaced(site: BreakableSite) -> Iterator[None]:
    """Replace the tasks by a deployment of the same, and wait for its end."""
    deploy_anew(site)
    while not is_serving(site):
        time.sleep(0.3)
    yield


def deploy_anew(site: BreakableSite) -> None:
    """Begin a deployment of the same tasks: ECS hesitates to start those that failed."""
    app = site.outputs["app"]
    where: dict[str, Any] = {"cluster": app["ClusterName"], "service": app["ServiceName"]}
    site.aws("ecs").update_service(**where, forceNewDeployment=True)


STATES: Final = (
    State("All is well", nothing, measured="all well"),
    State(
        "One charger is connected and sends nothing",
        BREAKAGES["telemetry"],
        "telemetry",
        AGED,
        "one charger silent",
    ),
    State(
        "Every charger is connected and sends nothing", sending(lambda _: None), "telemetry", AGED
    ),
    State("Every charger is switched off", disconnected, "telemetry", AGED),
    State("A charger's clock is an hour slow", sending(_an_hour_old), "telemetry"),
    State(
        "One charger sends what the application rejects",
        sending(lambda _: b"{}", only_first=True),
        "telemetry",
        AGED,
    ),
    State(
        "Every message is rejected",
        sending(lambda _: b"{}"),
        "telemetry",
        AGED,
        "all telemetry invalid",
    ),
    State(
        "The way to AWS IoT is cut (no route)",
        without_route,
        "telemetry",
        AGED,
        "link to AWS IoT closed",
    ),
    State(
        "Messages vanish, the bridge says that it is linked",
        at_tasks("lossy"),
        "telemetry",
        AGED,
        "link to AWS IoT silent",
    ),
    State("The certificate of the bridge is inactive", deactivate_the_bridge, "telemetry", AGED),
    State(
        "The policy of the bridge is detached, the task restarted",
        restarted(without_policy, starts=True),
        "telemetry",
        AGED,
    ),
    State(
        "A task is started during an outage of its link (certificate inactive)",
        restarted(deactivate_the_bridge, starts=True),
        "telemetry",
        AGED,
        "task started without AWS IoT",
    ),
    State("The backend is stuck", at_tasks("stuck"), "telemetry", AGED),
    State(
        "The backend is killed, and again at each start (memory)",
        tasks_that_end,
        "application",
        5,
        "backend killed",
    ),
    State("The task was replaced", replaced, measured="task started again"),
    State("The database is stopped", stop_the_database, "alarms", 15, "database stopped"),
    State(
        "The database is stopped, the task restarted",
        restarted(stop_the_database, starts=False),
        "application",
        5,
    ),
    State("The database answers nothing (failover)", None, measured="database silent"),
    State("The database's password was changed by hand", another_password, "alarms", 15),
    State(
        "The database's password was changed by hand, the task restarted",
        restarted(another_password, starts=False),
        "application",
        5,
    ),
    State("A viewer whose cookie has ended", nothing, signed_in=False),
)
"""In the order of the table. The state table of the real application is the origin of most."""


def _hub_of(site: BreakableSite) -> dict[str, str]:
    app = site.outputs["app"]
    return {"cluster": app["ClusterName"], "service": app["HubServiceName"]}


@contextlib.contextmanager
def without_hub(site: BreakableSite) -> Iterator[None]:
    """Scale the hub to zero."""
    client, hub = site.aws("ecs"), _hub_of(site)
    client.update_service(**hub, desiredCount=0)
    try:
        yield
    finally:
        client.update_service(**hub, desiredCount=1)


@contextlib.contextmanager
def hub_replaced(site: BreakableSite) -> Iterator[None]:
    """End the task of the hub, as Fargate does when it retires one, and let ECS start another."""
    client, hub = site.aws("ecs"), _hub_of(site)
    (task,) = client.list_tasks(cluster=hub["cluster"], serviceName=hub["service"])["taskArns"]
    client.stop_task(cluster=hub["cluster"], task=task)
    client.update_service(**hub, desiredCount=1)
    end = time.monotonic() + _STARTED
    while time.monotonic() < end and not _runs(client, hub, task):
        time.sleep(0.3)
    yield


def _runs(client: Any, hub: dict[str, str], former: str) -> bool:
    arns = client.list_tasks(cluster=hub["cluster"], serviceName=hub["service"])["taskArns"]
    (service,) = client.describe_services(cluster=hub["cluster"], services=[hub["service"]])[
        "services"
    ]
    return bool(service["runningCount"]) and former not in arns


HUB_STATES: Final = (
    State("A hub, all is well", nothing),
    State("The hub is scaled to zero", without_hub, "hub", AGED),
    State("The task of the hub was replaced", hub_replaced, lasts=AGED),
    State(
        "A hub, and the certificate of the bridge is inactive",
        deactivate_the_bridge,
        "telemetry",
        AGED,
    ),
)
"""Of a site with a hub."""
