"""Accounts that are not ready: each stops before the database exists, and says what to change."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.commands.shared.event_readers import print_result, result_json
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.preview.preview import preview
from solarrally_tui.provisioning.preview.render import lines
from solarrally_tui.simulator.child import Account
from tests.provisioning.engine_setup import Heard, fault, opened, site_named


@contextmanager
def kind_of_account(account: Account, scenario: str) -> Iterator[None]:
    url = f"{account.endpoint_url}/_solarrally/scenario"
    httpx.post(url, json={"scenario": scenario}, trust_env=False).raise_for_status()
    try:
        yield
    finally:
        httpx.delete(url, trust_env=False).raise_for_status()


async def databases(door: Door) -> list[Any]:
    return await door.pages("rds", "describe_db_instances", "DBInstances")


@pytest.mark.parametrize(
    ("scenario", "region", "why", "change"),
    [
        ("new-account", "us-east-1", "until AWS verifies this account", "Account and billing"),
        ("free-plan", "us-east-1", "does not allow backups for 7 days", "size.backup_days = 1"),
        ("region-off", "eu-south-1", "eu-south-1 is disabled", "Enable eu-south-1"),
    ],
)
async def test_an_account_that_is_not_ready_stops_before_anything_is_created(
    own_account: Account,
    capsys: pytest.CaptureFixture[str],
    scenario: str,
    region: str,
    why: str,
    change: str,
) -> None:
    site, heard = site_named("new-garage", region), Heard()
    async with opened(own_account) as door:
        with kind_of_account(own_account, scenario):
            outcome = await deploy(site, door, heard.append)
            plan = await preview(site, door)
            assert why in " ".join(each.line for each in plan.obstacles)
            assert change in " ".join(" ".join(lines(plan)).split())
        assert outcome.exit_code is Exit.REFUSED
        assert heard.states()["account"] is State.FAILED
        assert heard.states()["record"] is State.WAITING
        print_result(site.name, outcome, as_json=False)
        shown = capsys.readouterr().err
        result = json.loads(json.dumps(result_json(site.name, outcome)))
        for words in (shown, json.dumps(result["cause"], ensure_ascii=False)):
            assert why in words
            assert change in words
        assert (result["exit_code"], result["changed"]) == (5, False)
        assert await databases(door) == []
        assert await door.find("ssm", "get_parameter", Name="/solarrally/sites/new-garage") is None


async def test_a_member_of_an_organization_stops_at_its_policies_and_then_at_its_hook(
    own_account: Account,
) -> None:
    async with opened(own_account) as door:
        with kind_of_account(own_account, "organization-member"):
            denied = await deploy(site_named("new-member"), door, Heard().append)
            assert await databases(door) == []
            # Anomaly detection, which only the management account could allow, stops nothing.
            allowed = site_named("new-member", size={"waf": "off"})
            heard = Heard()
            hooked = await deploy(allowed, door, heard.append)
            assert await databases(door) == []
    assert denied.exit_code is Exit.FAILED
    assert denied.cause
    assert "A policy of your organization" in denied.cause.why
    assert 'size.waf = "off"' in denied.cause.next
    assert heard.states()["global"] in {State.DONE, State.UNCHANGED}
    assert hooked.cause
    assert "hook" in hooked.cause.why
    assert "size.multi_az = true" in hooked.cause.next


async def test_a_free_plan_is_ready_with_one_day_of_backups_and_a_micro_class(
    own_account: Account,
) -> None:
    ready = site_named("new-garage", size={"backup_days": 1})
    large = site_named("new-garage", size={"backup_days": 1, "database_class": "db.t4g.small"})
    async with opened(own_account) as door:
        with kind_of_account(own_account, "free-plan"):
            assert (await preview(ready, door)).obstacles == ()
            (plan,) = (await preview(large, door)).obstacles
            assert 'size.database_class = "db.t4g.micro"' in plan.fix
            skipped = await deploy(large, door, Heard().append, preflight=False)
            assert await databases(door) == []
    assert skipped.cause
    assert "Free plan" in skipped.cause.why
    assert "isn't available with free plan accounts" in skipped.cause.detail


async def test_what_is_not_offered_is_refused_with_the_answer_to_change(
    own_account: Account,
) -> None:
    wanted = {
        "database_class": "db.m7g.8xlarge",
        "backup_copy_region": "ap-northeast-3",
        "egress": "nat-instance",
    }
    async with opened(own_account) as door:
        plan = await preview(site_named("odd-garage", size=wanted), door)
    found = {each.id: each for each in plan.obstacles}
    assert found.keys() == {"database-class", "backup-copy"}
    assert "RDS does not offer db.m7g.8xlarge" in found["database-class"].line
    assert "size.backup_copy_region" in found["backup-copy"].fix
    assert all(each.severity is Severity.FAIL for each in plan.obstacles)


async def test_what_could_not_be_read_is_named_and_is_not_well(own_account: Account) -> None:
    # The free plan refuses the answers, so the run ends after its look at the account.
    site, heard = site_named("unread-garage"), Heard()
    metrics = "cloudwatch.GetMetricStatistics"
    async with opened(own_account) as door:
        with (
            kind_of_account(own_account, "free-plan"),
            fault(own_account, kind="refuse", target="service-quotas.GetServiceQuota"),
        ):
            outcome = await deploy(site, door, heard.append)
            plan = await preview(site, door)
        with fault(own_account, kind="refuse", target=metrics):
            blind = await preview(site, door)
    assert outcome.exit_code is Exit.REFUSED
    [event] = [each for each in heard.of("account") if each.resource.startswith("Processors")]
    titles = event.resource.split(", ")
    assert titles[1:4] == ["Networks", "Databases", "Database storage"]
    assert titles[4:] == ["Builds at once", "Load balancers"]
    assert event.state is State.WARN
    assert event.reason.startswith("Not read: these credentials may not read it.")
    assert f"{event.resource}: {event.reason}" in plan.warnings
    assert f"{event.resource}: Not read" in " ".join(" ".join(lines(plan)).split())
    [processors] = [line for line in blind.warnings if "Processors" in line]
    assert "in use. These credentials may not read it." in processors
