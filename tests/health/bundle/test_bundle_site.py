"""Bundles of a deployed site: no secret in them, no call beyond the policy, opened elsewhere."""

import contextlib
import json
import os
import random
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from botocore import xform_name

from solarrally_tui.aws.door import Door
from solarrally_tui.cli import main
from solarrally_tui.health.bundle.archive import unpack
from solarrally_tui.health.bundle.collect import ALLOWED, collect, supervised
from solarrally_tui.health.bundle.contents import Contents
from solarrally_tui.health.unrecorded import open_readable
from solarrally_tui.policy import calls, support
from solarrally_tui.policy.authorization import action
from solarrally_tui.simulator.child import Account
from tests.clients import client, owner
from tests.health.health_setup import BREAKAGES, BreakableSite
from tests.policy.operators import documents, scope, user
from tests.policy.policy_setup import allowed_actions

NAME = "breakable"
_SEES = {("rds", "describe_db_instances"), ("cloudformation", "describe_stacks")}
"""What it takes to see that the database is stopped."""


_PUBLIC = re.compile(r"CERTIFICATE|amazonaws\.com")
"""What a secret holds beside its password: certificates and host names."""


_OF_OTHERS = {"sts:assumerole", "application-autoscaling:describescalabletargets"}
"""The role's own permission, and what the simulated account's own scaling asks it."""


def half(seed: int) -> set[tuple[str, str]]:
    """Half of the calls. The first can see the cause, but not the site's record."""
    forced = _SEES if seed == 1 else set()
    rest = sorted(ALLOWED - forced - {("ssm", "get_parameter")})
    return {*random.Random(seed).sample(rest, len(ALLOWED) // 2 - len(forced)), *forced}


def bundle(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["diagnose", *words])
    return int(ended.value.code or 0)


@contextlib.contextmanager
def leaking(site: BreakableSite) -> Iterator[list[str]]:
    """Let the application's log and a failed stack name every secret; return their values."""
    secrets = list(secret_values(site))
    keys = [os.environ["AWS_SECRET_ACCESS_KEY"], "FwoGZXIvYXdzEBYaD" + "kQ7hZ2pL9x" * 30]
    lines = [
        *(f'ERROR cannot connect {{"x": 1, "password": {json.dumps(one)}}}' for one in secrets),
        *(f"ERROR PGPASSWORD={one} refused" for one in secrets if "\n" not in one),
        *(line for one in secrets if "\n" in one for line in one.splitlines()),
        f"ERROR signing with {keys[0]} and {keys[1]} failed",
        "ERROR User leaked.person@example.org logged in from 52.95.110.1, exit code 1",
    ]
    client_, group = site.aws("logs"), site.resource("app", "AWS::Logs::LogGroup")
    where = {"logGroupName": group, "logStreamName": "task/backend/canaries"}
    client_.create_log_stream(**where)
    now = int(time.time() * 1000)
    events = [{"timestamp": now + at, "message": line} for at, line in enumerate(lines)]
    client_.put_log_events(**where, logEvents=events)
    alarm = site.resource("data", "AWS::CloudWatch::Alarm")
    reason = f"password={secrets[0].splitlines()[-1]} of leaked.person@example.org"
    watch = site.aws("cloudwatch")
    watch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason=reason)
    parts = [line for one in [*secrets, *keys] for line in one.splitlines() if len(line) > 7]
    try:
        yield [*parts, "leaked.person", "52.95.110.1", "123456789012"]
    finally:
        watch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="a test")
        client_.delete_log_stream(**where)


def secret_values(site: BreakableSite) -> Iterator[str]:
    """Every text in every secret of the site: passwords, keys, certificates."""
    client_ = site.aws("secretsmanager")
    for secret in client_.list_secrets()["SecretList"]:
        if f"/{NAME}/" in secret["Name"]:
            text = client_.get_secret_value(SecretId=secret["ARN"])["SecretString"]
            with contextlib.suppress(ValueError):
                known = json.loads(text)
                text = known if isinstance(known, dict) else {"": text}
            values = text.values() if isinstance(text, dict) else [text]
            yield from (str(v) for v in values if len(str(v)) > 15 and not _PUBLIC.search(str(v)))


def test_no_secret_is_in_a_bundle_and_it_opens_elsewhere(
    site: BreakableSite,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "support.zip"
    with leaking(site) as canaries:
        assert len(canaries) > 12
        assert bundle(NAME, "--bundle", str(path), "--json") == 10
    told = capsys.readouterr()
    assert "Removed:" in told.err
    with zipfile.ZipFile(path) as opened:
        texts = {name: opened.read(name).decode() for name in opened.namelist()}
    everything = "\n".join([*texts.values(), told.out, told.err])
    assert [one for one in canaries if one in everything] == []
    assert "cannot connect" in texts["logs.json"]  # the lines themselves are there
    assert unpack(path).manifest.removed["secrets"] > len(canaries) / 2

    assert bundle(NAME, "--bundle", str(path)) == 2
    assert "--force" in capsys.readouterr().err

    # Another HOME, no settings of AWS, no network.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setattr("socket.socket.connect", _no_network)
    assert bundle("--open", str(path), "--json") == 10
    there = json.loads(capsys.readouterr().out)
    assert there.pop("bundle")["removed"] == unpack(path).manifest.removed
    assert there == json.loads(told.out)
    assert bundle("--open", str(path)) == 10
    assert there["headline"] in " ".join(capsys.readouterr().out.split())


def _no_network(*_: object) -> None:
    pytest.fail("nothing may be asked for")


async def collected(account: Account, monkeypatch: pytest.MonkeyPatch) -> Contents:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    async with await Door.open("us-east-1", read_only=True) as door:
        watched, made = supervised(door)
        found, no_record = await open_readable(watched, NAME)
        return await collect(found, made, no_record=no_record)


def test_a_bundle_makes_no_call_beyond_the_support_policy_through_a_role(
    site: BreakableSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    iam = client(owner(site.account), "iam")
    policies = documents(support.policies(scope(NAME)))
    person = user(site.account, "supporter", [])
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:user/supporter"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "4711"}},
            }
        ],
    }
    role = iam.create_role(RoleName="looks", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    for number, document in enumerate(policies):
        iam.put_role_policy(
            RoleName="looks", PolicyName=str(number), PolicyDocument=json.dumps(document)
        )
    for name, value in person.environment.items():
        monkeypatch.setenv(name, value)
    counts = f"{site.account.endpoint_url}/_solarrally/calls"
    httpx.delete(counts, trust_env=False).raise_for_status()
    path = tmp_path / "b.zip"
    words = [NAME, "--bundle", str(path), "--role-arn", role["Arn"]]
    assert bundle(*words) == 4  # without the external ID
    assert bundle(*words, "--external-id", "4711") in {0, 12}
    counted = httpx.get(counts, trust_env=False).json()["calls"]
    asked = {
        needed
        for call in counted
        if (service := call.partition(".")[0])
        for needed in calls.actions_of(service, xform_name(call.partition(".")[2]))
    } - _OF_OTHERS
    names = {action(one).name for one in asked}
    assert names <= allowed_actions(policies), names - allowed_actions(policies)
    contents = unpack(path).contents
    refused = {(call.service, call.operation, call.error) for call in contents.calls if call.error}
    assert not {one for one in refused if "NotFound" not in one[2] and "Validation" not in one[2]}
    assert contents.facts.caller.endswith(":assumed-role/looks/solarrally-support")
    assert not contents.missing


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_half_the_permissions_give_what_can_be_known(
    site: BreakableSite, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = half(seed)
    actions = sorted({one for pair in kept for one in calls.actions_of(*pair)})
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    }
    with BREAKAGES["database"](site):
        contents = await collected(user(site.account, f"half-{seed}", [policy]), monkeypatch)
    found = contents.diagnosis
    denied = {(c.service, c.operation) for c in contents.calls if "Denied" in c.error}
    assert denied, "something was refused"
    assert not denied & kept
    why = json.dumps([one.why for one in (*found.unknown, *contents.missing)])
    told = {pair for pair in denied if f"{pair[0]} {pair[1]}" in why}
    assert told, why
    if kept >= _SEES:
        assert "database-stopped" in {cause.id for cause in found.causes}
    assert found.health.value != "ok"
