"""A site whose application runs as functions: it is green, and each breakage is named."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import PROBES, check_site, run
from solarrally_tui.health.diagnosis.examine import examine
from solarrally_tui.health.diagnosis.model import Diagnosis
from solarrally_tui.health.observed_site import observe
from solarrally_tui.health.report import Check, Report
from solarrally_tui.simulator.child import Account, Child
from tests.health.health_setup import BreakableSite, ChargerOnline
from tests.health.standing_site import stand_with
from tests.policy.operators import operator

LIMIT = 90.0
OF_TASKS = {"service", "capacity", "targets", "traffic", "bridge", "hub", "quotas"}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """An account of its own: the room's site has the names and the anomaly subscription."""
    child = Child(speed="instant", scenario="raised-quotas")
    yield operator(child.start())
    child.stop()


@pytest.fixture(scope="module")
def site(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BreakableSite]:
    """A site of functions with a charger online, and a door for reading."""
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in account.environment.items():
            patch.setenv(name, value)
        folder = tmp_path_factory.mktemp("charger") / "wall-1"
        # What may be missing at the page follows from the interval, and a function starts slowly.
        size = {"shape": "functions", "interval_seconds": 10}
        stood = stand_with(account, size, folder, name="lambda-barn")
        deployed = replace(
            runner.run(stood), door=runner.run(Door.open("us-east-1", read_only=True))
        )
        charger = ChargerOnline(folder)
        yield deployed
        charger.stop()
        assert deployed.door
        runner.run(deployed.door.close())


def turned(report: Report) -> dict[str, str]:
    return {one.id: one.line for one in report.checks if one.severity is not Severity.OK}


async def calm(site: BreakableSite) -> tuple[Report, Diagnosis]:
    """Check and diagnose until nothing has turned, or for as long as that may take.

    Once in a while a viewer's connection ends without a frame, and telemetry is unknown.
    """
    end = time.monotonic() + LIMIT
    while True:
        report, told = await check_site(site.deployed), await examine(site.deployed)
        if (not turned(report) and told.health is Severity.OK) or time.monotonic() > end:
            return report, told
        await asyncio.sleep(0.2)


async def one(site: BreakableSite, check: str, severity: Severity) -> Check:
    """Run one check until it is so, or for as long as that may take."""
    (probe,) = (each for each in PROBES if each.id == check)
    end = time.monotonic() + LIMIT
    while True:
        (ran,) = await run(await observe(site.deployed), [probe])
        if ran.check.severity is severity or time.monotonic() > end:
            assert ran.check.severity is severity, ran.check.line
            return ran.check
        await asyncio.sleep(0.2)


async def test_a_site_of_functions_is_green_and_has_no_checks_of_tasks(
    site: BreakableSite,
) -> None:
    report, told = await calm(site)
    assert turned(report) == {}
    ids = {check.id for check in report.checks}
    assert ids >= {"functions", "api", "queue"}
    assert not ids & OF_TASKS
    assert (told.health, told.causes, told.unknown) == (Severity.OK, (), ())


async def test_a_queue_that_nobody_reads_fails_and_is_the_cause(site: BreakableSite) -> None:
    client = site.aws("lambda")
    uuid = site.resource("functions", "AWS::Lambda::EventSourceMapping")
    client.update_event_source_mapping(UUID=uuid, Enabled=False)
    try:
        check = await one(site, "queue", Severity.FAIL)
        assert "Nobody reads the queue" in check.line
        told = await examine(site.deployed)
        assert told.causes[0].id == "queue-unread", told.causes
    finally:
        client.update_event_source_mapping(UUID=uuid, Enabled=True)
    await one(site, "queue", Severity.OK)


async def test_a_viewer_who_is_gone_is_forgotten_but_not_one_who_is_still_coming(
    site: BreakableSite,
) -> None:
    """API Gateway says of both that they are gone (GoneException)."""
    found = site.aws("cloudformation").describe_stack_resource(
        StackName=site.stack("functions"), LogicalResourceId="Connections"
    )
    named = found["StackResourceDetail"]["PhysicalResourceId"]
    table, now = site.aws("dynamodb"), int(time.time())
    # The second stays a new one for as long as this test can take.
    for connection, begun in (("left-long-ago=", now - 600), ("just-coming=", now + LIMIT)):
        row = {"connection": connection, "session": "all"}
        item = {key: {"S": value} for key, value in row.items()}
        table.put_item(TableName=named, Item=item | {"ends": {"N": str(int(begun) + 7200)}})
    end = time.monotonic() + LIMIT
    kept = {"left-long-ago="}
    while "left-long-ago=" in kept and time.monotonic() < end:
        await asyncio.sleep(0.2)
        kept = {row["connection"]["S"] for row in table.scan(TableName=named)["Items"]}
    assert kept & {"left-long-ago=", "just-coming="} == {"just-coming="}
    table.delete_item(TableName=named, Key={"connection": {"S": "just-coming="}})


async def test_messages_that_were_set_aside_are_counted(site: BreakableSite) -> None:
    client, outputs = site.aws("sqs"), site.outputs["functions"]
    queue = outputs["DeadLetterQueueUrl"]
    client.send_message(QueueUrl=queue, MessageBody=json.dumps({"unit_id": "wall-1"}))
    try:
        check = await one(site, "queue", Severity.WARN)
        assert check.line.startswith("1 message set aside")
        told = await examine(site.deployed)
        assert "dead-letters" in {cause.id for cause in told.causes}
    finally:
        client.purge_queue(QueueUrl=queue)
    await one(site, "queue", Severity.OK)


async def test_what_functions_print_names_the_cause(site: BreakableSite) -> None:
    client, group = site.aws("logs"), site.outputs["functions"]["ApiLogGroupName"]
    where = {"logGroupName": group, "logStreamName": "2026/11/30/[$LATEST]broken"}
    client.create_log_stream(**where)
    line = "RequestId: 0f1 Error: Runtime exited with error: exit status 1 Runtime.ExitError"
    now = int(time.time() * 1000)
    client.put_log_events(**where, logEvents=[{"timestamp": now, "message": line}])
    with site.figures("AWS/Lambda", Invocations=10, Errors=10):
        try:
            check = await one(site, "functions", Severity.FAIL)
            assert "Every call" in check.line
            told = await examine(site.deployed)
            assert told.causes[0].id == "function-start", told.causes
        finally:
            client.delete_log_stream(**where)
