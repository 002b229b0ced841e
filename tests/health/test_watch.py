"""A watched site: what is called again and when, what is old, and the commands that look."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from solarrally_tui import cli
from solarrally_tui.aws.call_log import counted
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.commands.watching import status
from solarrally_tui.deployed.dashboard.site_http import browsable
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health import logs
from solarrally_tui.health.history import history
from solarrally_tui.health.observed_site import observe
from solarrally_tui.health.probes.stacks import resources
from solarrally_tui.health.sites import AccountSummary, _once
from solarrally_tui.health.watch import ALL_MONTH, Watch
from solarrally_tui.simulator.settings import ACCOUNT_ID, ROOT_SECRET
from tests.health.health_setup import BreakableSite, changing
from tests.screens.support import reached

SITE = "breakable"


async def test_a_round_calls_nothing_whose_time_has_not_come(site: BreakableSite) -> None:
    watch = Watch(site.deployed)
    first = await watch.round()
    with counted() as log:
        second = await watch.round()
    assert log.calls == []
    assert second.checks == first.checks


async def test_all_metrics_of_a_region_come_in_one_call_a_minute(site: BreakableSite) -> None:
    watch = Watch(site.deployed)
    with counted() as log:
        await watch.round()
        await watch.round(fresh=True)
    read = [call.parts for call in log.calls if call.operation == "get_metric_data"]
    assert sorted(read) == [4, 11]  # CloudFront's and the firewall's are in us-east-1


async def test_a_display_costs_less_than_a_dollar_a_month(site: BreakableSite) -> None:
    display, screen = Watch(site.deployed, all_month=True), Watch(site.deployed)
    cost = 0.0
    for _ in range(2):  # what a check costs is known after it ran
        cost = (await display.round()).monthly_cost
    assert 0.3 < cost < ALL_MONTH
    assert (await screen.round()).monthly_cost > 5 * cost


def test_a_cost_that_falls_a_little_is_shown_as_before(site: BreakableSite) -> None:
    watch = Watch(site.deployed)
    shown = [watch._steady(cost) for cost in (14.6, 13.1, 9.8, 9.7, 13.0, 30.0)]
    assert shown == [14.6, 14.6, 14.6, 14.6, 14.6, 30.0]
    assert watch._steady(0.7) == 0.7
    assert watch.known is None


async def test_what_an_update_replaced_was_not_deleted_by_somebody(site: BreakableSite) -> None:
    """The list of a stack's resources is kept for an hour; another process may change the stack."""
    update, cloudformation = changing(site), site.aws("cloudformation")

    def named(name: str) -> dict[str, Any]:
        return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}}

    def to(**more: Any) -> None:
        update(**more)
        waiter = cloudformation.get_waiter("stack_update_complete")
        waiter.wait(StackName=site.stack("bootstrap"), WaiterConfig={"Delay": 1})

    to(Replaced=named("/solarrally/breakable/before"))
    try:
        observed = await observe(site.deployed)
        assert (await resources(observed)).severity is Severity.OK
        to(Replaced=named("/solarrally/breakable/after"))
        assert (await resources(observed)).severity is Severity.OK
        site.aws("logs").delete_log_group(logGroupName="/solarrally/breakable/after")
        assert "Replaced (/solarrally/breakable/after)" in (await resources(observed)).line
    finally:
        to()


async def test_without_aws_what_was_seen_stays_and_is_said_to_be_old(
    site: BreakableSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(site.deployed)
    seen = await watch.round()

    async def unreachable(*_: Any, **__: Any) -> Any:
        raise AwsError("EndpointConnectionError", "no route to host", "ecs", "describe_services")

    with monkeypatch.context() as patch:
        patch.setattr(Door, "_tried", unreachable)
        lost = await watch.round(fresh=True)
        again = await watch.round(fresh=True)
    assert lost.lost is not None
    assert again.lost_since == lost.lost_since
    assert lost.health is Severity.UNKNOWN
    stacks = {check.id: check for check in lost.checks}["stacks"]
    assert stacks == {check.id: check for check in seen.checks}["stacks"]
    back = await watch.round(fresh=True)
    assert (back.lost, back.lost_since) == (None, None)


async def test_a_site_that_was_deployed_anew_under_the_same_name_is_seen_anew(
    site: BreakableSite,
) -> None:
    watch = Watch(site.deployed)
    before = await watch.round()
    old = watch._observed
    assert old is not None
    gone = {
        id_: replace(stack, id=f"{stack.id}-gone") if isinstance(stack, Stack) else stack
        for id_, stack in old.stacks.items()
    }
    watch._observed, watch._observed_at = replace(old, stacks=gone), 0.0
    after = await watch.round()
    assert {check.id for check in after.checks} == {check.id for check in before.checks}
    assert min(check.at for check in after.checks if check.at) > before.at
    assert watch._observed.stacks.keys() == old.stacks.keys()
    assert watch._observed.stack("data") == old.stack("data")


async def test_the_first_round_without_aws_is_an_error(
    site: BreakableSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(*_: Any, **__: Any) -> Any:
        raise AwsError("EndpointConnectionError", "no route to host", "ecs", "describe_services")

    monkeypatch.setattr(Door, "_tried", unreachable)
    with pytest.raises(AwsError):
        await Watch(site.deployed).round()


async def test_what_happened_to_a_site_is_told_newest_first(site: BreakableSite) -> None:
    observed = await observe(site.deployed)
    happened = await history(observed)
    told = {(event.part, event.text.partition(" ")[0]) for event in happened.events}
    assert {
        ("Database", "Created."),
        ("Images", "Built"),
        ("Application tasks", "Revision"),
    } <= told
    assert [event.time for event in happened.events] == sorted(
        (event.time for event in happened.events), reverse=True
    )
    (database,) = [e for e in happened.events if (e.part, e.text) == ("Database", "Created.")]
    assert database.seconds is not None
    with site.fault("refuse", "codebuild.*"):
        refused = await history(observed)
    assert {"Images", "Dashboard"}.isdisjoint(event.part for event in refused.events)
    assert refused.unknown == ("codebuild: these credentials may not read it.",)


async def test_what_scaling_did_is_told_with_its_reason(
    site: BreakableSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm = "monitor alarm TargetTracking-service/c/s-{} in state ALARM triggered policy cpu"
    made = {"StartTime": datetime.now(UTC), "StatusCode": "Successful"}
    answers = [
        made | {"Description": "Setting desired count to 3.", "Cause": alarm.format("AlarmHigh-1")},
        made | {"Description": "Setting desired count to 2.", "Cause": alarm.format("AlarmLow-1")},
        made
        | {"Description": "Setting desired count to 4.", "Cause": alarm.format("AlarmHigh-1")}
        | {"StatusCode": "Failed", "StatusMessage": "Failed to set desired count to 4."},
    ]
    tried = Door._tried

    async def answered(
        door: Door, function: Any, call: tuple[str, str, str], *rest: Any, **given: Any
    ) -> Any:
        response = await tried(door, function, call, *rest, **given)
        if call[1] == "describe_scaling_activities":
            return response | {"ScalingActivities": answers}
        return response

    monkeypatch.setattr(Door, "_tried", answered)
    happened = await history(await observe(site.deployed))
    scaling = [(e.text, e.severity) for e in happened.events if e.part == "Scaling"]
    assert set(scaling) == {
        ("3 tasks are wanted. CPU was above 60 %.", Severity.OK),
        ("2 tasks are wanted. CPU was well below 60 %.", Severity.OK),
        (
            "4 tasks are wanted. CPU was above 60 %. Failed to set desired count to 4.",
            Severity.WARN,
        ),
    }


@pytest.fixture
def canary(site: BreakableSite) -> Iterator[None]:
    client, group = site.aws("logs"), site.resource("app", "AWS::Logs::LogGroup")
    where = {"logGroupName": group, "logStreamName": "task/backend/wall"}
    client.create_log_stream(**where)
    lines = ("calm", "\x1b[31mPGPASSWORD=kQ7hZ2pL9x refused\x07")
    now = int(time.time() * 1000)
    client.put_log_events(
        **where, logEvents=[{"timestamp": now + i, "message": line} for i, line in enumerate(lines)]
    )
    yield
    client.delete_log_stream(**where)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.mark.usefixtures("canary")
def test_logs_are_redacted_and_harmless(
    site: BreakableSite, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "logs", SITE, "--filter", "REFUSED")
    assert code == 0
    assert "[redacted] refused" in out
    assert "kQ7hZ2pL9x" not in out
    assert "\x1b" not in out
    assert "calm" not in out
    code, out, _ = run(capsys, "logs", SITE, "--source", "backend", "--json")
    *lines, result = map(json.loads, out.splitlines())
    assert {line["source"] for line in lines} == {"backend"}
    assert (result["type"], result["lines"]) == ("result", len(lines))
    code, out, said = run(capsys, "logs", SITE, "--filter", "no line has this")
    assert (code, out) == (12, "")
    assert 'No line with "no line has this"' in said


async def test_a_log_is_followed_line_by_line(site: BreakableSite, canary: None) -> None:
    observed = await observe(site.deployed)
    since = datetime.now(UTC) - timedelta(minutes=1)
    async for line in logs.follow(observed, ("backend",), since, "calm"):
        assert line.text == "calm"
        break


@pytest.mark.parametrize("wrong", ["yesterday", "5x", "2026-13-01"])
def test_a_time_that_is_none_is_named(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = run(capsys, "logs", SITE, "--since", wrong)
    assert code == 2
    assert wrong in said


@pytest.mark.usefixtures("site")
def test_sites_are_listed_with_state_version_and_cost(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "sites", "--json")
    (found,) = (one for one in json.loads(out)["sites"] if one["name"] == SITE)
    assert code == 0
    assert (found["region"], found["tier"], found["state"]) == ("eu-central-1", "small", "ok")
    assert found["version"]
    assert float(found["monthly_cost_usd"]) > 20
    assert SITE in run(capsys, "sites")[1]


def test_sites_of_several_accounts_are_one_table_and_an_unreadable_one_hides_none(
    site: BreakableSite,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = {
        "north": (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]),
        "south": ("222222222222", ROOT_SECRET),
        "shut": ("AKIAQQQQQQQQQQQQQQQQ", "nobody's"),
    }
    keys["twin"] = keys["north"]
    config = tmp_path / "config"
    config.write_text(
        "\n".join(
            f"[profile {name}]\nregion = eu-central-1\naws_access_key_id = {key}\n"
            f"aws_secret_access_key = {secret}"
            for name, (key, secret) in keys.items()
        )
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    words = ("sites", "--profiles", "north,south", "--profiles", "shut,gone,twin")
    code, out, said = run(capsys, *words)
    assert code == 12
    assert "north" in out
    assert SITE in out
    code, out, _ = run(capsys, *words, "--json")
    told = json.loads(out)
    assert code == 12
    (found,) = (one for one in told["sites"] if one["name"] == SITE)
    assert (found["profile"], found["account"]) == ("north", ACCOUNT_ID)
    accounts = {one["profile"]: one for one in told["accounts"]}
    assert [name for name, one in accounts.items() if one["error"]] == ["shut", "gone"]
    assert "gone" in accounts["gone"]["error"]["what"]
    assert (accounts["south"]["account"], accounts["twin"]["same_as"]) == ("222222222222", "north")
    lines = [line.split(":")[0] for line in said.splitlines() if not line.startswith(" ")]
    assert {"south", "shut", "gone", "twin"} <= set(lines)
    assert run(capsys, "sites", "--profiles", "gone")[0] == 4
    assert run(capsys, "--profile", "north", "sites", "--profiles", "south")[0] == 2


def test_an_account_is_listed_under_the_first_profile_that_may_read_it() -> None:
    refused = AwsError("AccessDeniedException", "no", "ssm", "get_parameters_by_path")
    found = _once(
        [
            AccountSummary("guest", "1", error=refused),
            AccountSummary("owner", "1"),
            AccountSummary("twin", "1"),
            AccountSummary("other", "2"),
        ]
    )
    assert [one.same_as for one in found] == ["", "", "owner", ""]
    assert found[0].error is refused


def test_the_dashboard_opens_or_its_address_is_said(
    site: BreakableSite, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    code, out, said = run(capsys, "open", SITE)
    # A browser does not trust the authority of a simulated account.
    assert (code, out.strip()) == (0, browsable(site.outputs["edge"]["Url"]))
    assert "No browser was found" in said
    led = reached(monkeypatch)
    code, out, said = run(capsys, "open", SITE)
    address = urlsplit(led[0])
    assert f"{address.scheme}://{address.netloc.partition('@')[2]}" == out.strip()
    assert (address.username, address.path) == ("viewer", "/signin")
    assert len(address.password or "") >= 16
    assert not [text for text in (out, said) if str(address.password) in text]
    assert "No browser" not in said


@pytest.mark.usefixtures("site")
def test_status_shows_one_layer_and_rounds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = run(capsys, "status", SITE, "--layer", "database", "--json")
    told = json.loads(out)
    assert {check["layer"] for check in told["checks"]} == {"database"}
    assert code == status.EXITS[Severity(told["health"])]
    assert told["checks"][0]["figures"]
    with monkeypatch.context() as patch:
        patch.setattr(status, "_pause", cancelled)
        code, out, _ = run(capsys, "status", SITE, "--layer", "page", "--watch", "--json")
    shown, result = map(json.loads, out.splitlines())
    assert shown["checks"]
    assert (result["type"], result["exit_code"]) == ("result", code)


async def cancelled() -> None:
    """Stand for a person who presses Ctrl+C after the first round."""
    raise asyncio.CancelledError
