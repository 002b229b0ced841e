"""A running site whose domain is added, changed and removed stays up all the time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from websockets.asyncio.client import connect

from solarrally_tui.aws.door import Door
from solarrally_tui.computer import hosts
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.trusted_authority import https_context
from solarrally_tui.domains.certificates import tagged
from solarrally_tui.interview.regions import REGIONS
from solarrally_tui.provisioning.deployment.domain import certificate_wait
from solarrally_tui.provisioning.deployment.domain.domain_change import judge, preview
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from solarrally_tui.site.regions import WITHOUT_IOT
from tests.provisioning.engine_setup import deployed, site_named

OPEN = {"viewing": "public"}


def site(domain: str = "", **more: str) -> Site:
    return site_named("moving", domain={"name": domain, **more}, access=OPEN)


@asynccontextmanager
async def asked_all_the_time(address: str) -> AsyncIterator[list[str]]:
    """Ask for /health and open /ws/live again and again; collects what went wrong."""
    wrong: list[str] = []
    count, context = 0, https_context()

    async def ask() -> None:
        nonlocal count
        async with httpx.AsyncClient(verify=context) as client:
            while True:
                answer = await client.get(f"https://{address}/health")
                if answer.status_code != httpx.codes.OK:
                    wrong.append(f"/health {answer.status_code}")
                url = f"wss://{address}/ws/live"
                try:
                    async with connect(url, ssl=context, open_timeout=5):
                        count += 1
                except Exception as error:  # noqa: BLE001 (anything counts)
                    wrong.append(f"/ws/live {type(error).__name__}: {error}")
                await asyncio.sleep(0.05)

    task = asyncio.create_task(ask())
    try:
        yield wrong
    finally:
        task.cancel()
    assert count


@pytest.mark.torture
async def test_a_domain_comes_changes_and_goes_without_an_interruption(
    own_account: Account, own_door: Door, own_owner: Door
) -> None:
    for zone in ("example.com", "example.org"):
        await own_owner.call("route53", "create_hosted_zone", Name=zone, CallerReference=zone)
    outcome, _ = await deployed(site(), own_door)
    assert outcome.exit_code is Exit.OK, outcome.cause
    address = outcome.outputs["edge"]["DistributionDomainName"]

    await _refused(own_door)

    for name in ("one.example.com", "two.example.org", ""):
        change = await preview(site(name), SiteStacks.of(site(name), own_door))
        assert change.warnings
        async with asyncio.timeout(60), asked_all_the_time(hosts.place(address)) as wrong:
            outcome, heard = await deployed(site(name), own_door)
        assert outcome.exit_code is Exit.OK, (name, outcome.cause)
        assert not wrong, (name, wrong[:5])
        assert outcome.outputs["edge"]["DistributionDomainName"] == address
        held = outcome.outputs["global"].get("CertificateArn")
        in_use = [held, await _regional(own_owner)] if held else []
        assert sorted(await tagged(own_door, "moving", "us-east-1")) == sorted(in_use)
        assert change.warnings[0] in [event.reason for event in heard]


async def _regional(door: Door) -> str:
    response = await door.call(
        "cloudformation",
        "describe_stack_resource",
        StackName="solarrally-moving-balancer",
        LogicalResourceId="Certificate",
    )
    return str(response["StackResourceDetail"]["PhysicalResourceId"])


async def _refused(door: Door) -> None:
    """Another way to the load balancer is refused before anything changes."""
    names = ("balancer", "app", "edge", "global")
    before = [await _touched(door, name) for name in names]
    public = site("one.example.com", origin="public-alb")
    outcome, heard = await deployed(public, door)
    assert outcome.exit_code is Exit.REFUSED
    assert outcome.cause
    assert "domain.origin = vpc-origin" in outcome.cause.what
    assert heard.last("record").state.value == "waiting"
    assert [await _touched(door, name) for name in names] == before


async def _touched(door: Door, stack: str) -> str:
    response = await door.call(
        "cloudformation", "describe_stacks", StackName=f"solarrally-moving-{stack}"
    )
    return str(response["Stacks"][0].get("LastUpdatedTime"))


async def test_a_region_without_aws_iot_is_refused_before_anything_changes(own_door: Door) -> None:
    outcome, heard = await deployed(site_named("osaka", region="ap-northeast-3"), own_door)
    assert outcome.exit_code is Exit.REFUSED
    assert outcome.cause
    assert "AWS IoT Core in ap-northeast-3" in outcome.cause.what
    assert heard.last("record").state.value == "waiting"
    assert not WITHOUT_IOT & set(REGIONS)


def test_an_interruption_is_announced_before() -> None:
    now = {"OriginMode": "public-alb", "DomainName": "a.example.com", "HostedZoneId": "Z1"}
    change = judge(now, now, site("b.example.com", origin="public-alb"))
    assert change.kind == "change"
    assert any("ten minutes" in warning for warning in change.warnings)
    assert change.minutes

    same = judge(now, now, site("a.example.com", origin="public-alb"))
    assert (same.kind, same.warnings, same.refused) == ("", (), None)
    other = judge(now, now, site("a.example.com", origin="public-alb", dns="external"))
    assert other.kind == "dns"
    assert "are deleted" in other.warnings[0]
    assert judge(now, now, site("a.example.com")).refused
    assert not judge({}, {}, site("a.example.com")).kind


@pytest.mark.torture
async def test_a_mistyped_domain_is_given_up_and_a_waiting_site_can_be_destroyed(
    own_account: Account, own_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate_wait, "GIVE_UP_SECONDS", 0.5)
    monkeypatch.setattr(certificate_wait, "LOOK_EVERY_SECONDS", 0.1)

    async def waiting(name: str, domain: str) -> None:
        wanted = site_named(name, domain={"name": domain, "dns": "external"})
        outcome, _ = await deployed(wanted, own_door)
        assert outcome.exit_code is Exit.WAITING_FOR_YOU, outcome.cause
        assert outcome.cause
        assert f".{domain}, type CNAME" in outcome.cause.next

    async with asyncio.timeout(90):
        await waiting("mistyped", "chargin.example.net")
        await waiting("mistyped", "charging.example.net")  # the stack is made anew
        monkeypatch.undo()
        outcome, _ = await deployed(site_named("mistyped"), own_door)
        assert outcome.exit_code is Exit.OK, outcome.cause

        monkeypatch.setattr(certificate_wait, "GIVE_UP_SECONDS", 0.5)
        await waiting("mistyped", "chargin.example.net")  # a running site: its update waits
        monkeypatch.undo()
        outcome, heard = await deployed(site_named("mistyped"), own_door)
        assert outcome.exit_code is Exit.OK, outcome.cause
        assert any("No longer waiting for chargin" in event.reason for event in heard)

        monkeypatch.setattr(certificate_wait, "GIVE_UP_SECONDS", 0.5)
        await waiting("mistyped", "chargin.example.net")
        gone = await destroy("mistyped", own_door, heard.append, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    assert not await tagged(own_door, "mistyped", "us-east-1")
