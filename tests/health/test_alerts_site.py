"""Alerts that a program which checks e-mail unsubscribed: found, mended, and prevented."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from solarrally_tui.account import billing_alerts
from solarrally_tui.aws.door import Door
from solarrally_tui.cli import main
from solarrally_tui.health.checks import check_site
from solarrally_tui.health.diagnosis.examine import examine
from tests.health.health_setup import BreakableSite

NAME, EMAIL = "breakable", "ops@example.com"


@contextlib.contextmanager
def scanner(site: BreakableSite) -> Iterator[None]:
    """A program that follows every link, and nobody who confirms."""
    with site.fault("unsubscription", EMAIL), site.fault("subscription", EMAIL):
        yield


@pytest.fixture
def delivered(site: BreakableSite) -> Iterator[None]:
    """The site's address gets alerts, before the test and, whatever happens in it, after it."""
    subscribed(site)
    yield
    subscribed(site)


def subscribed(site: BreakableSite) -> None:
    """Wait until the site's address has confirmed; subscribe it where it was unsubscribed."""
    client, topic = site.aws("sns"), site.outputs["bootstrap"]["AlertTopicArn"]
    for _ in range(300):
        listed = client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        arns = {item["SubscriptionArn"] for item in listed}
        if any(arn.startswith("arn:") for arn in arns):
            return
        if "PendingConfirmation" not in arns:
            client.subscribe(TopicArn=topic, Protocol="email", Endpoint=EMAIL)
        time.sleep(0.1)
    pytest.fail(f"nobody confirmed: {listed}")


def alerts(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["alerts", *words])
    return int(ended.value.code or 0)


def states(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, bool]]:
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    return [(one["state"], one["protected"]) for one in told["recipients"]]


def link(site: BreakableSite) -> str:
    """The link in the newest e-mail that asks to confirm."""
    url = f"{site.account.endpoint_url}/_solarrally/mailbox"
    mails = httpx.get(url, trust_env=False).json()["messages"]
    topic = site.outputs["bootstrap"]["AlertTopicArn"]
    asked = [one["text"] for one in mails if "Confirm subscription" in one["text"]]
    return re.findall(r"https://\S+", [text for text in asked if topic in text][-1])[0]


async def line_and_cause(site: BreakableSite) -> tuple[str, str]:
    report = await check_site(site.deployed)
    found = await examine(site.deployed)
    line = next(check.line for check in report.checks if check.id == "alerts")
    return line, next((c.id for c in found.causes if c.id.startswith("alerts-")), "")


def seen(site: BreakableSite) -> tuple[str, str]:
    async def read() -> tuple[str, str]:
        async with await Door.open("us-east-1", read_only=True) as door:
            return await line_and_cause(replace(site, door=door))

    return asyncio.run(read())


@pytest.mark.usefixtures("delivered")
def test_an_address_that_was_unsubscribed_is_told_from_one_that_waits(
    site: BreakableSite, capsys: pytest.CaptureFixture[str]
) -> None:
    # Asked before there is a scanner: an alarm may write at any moment, and the scanner reads it.
    assert alerts("list", NAME, "--json") == 0
    assert ("confirmed", False) in states(capsys)
    with scanner(site):
        assert alerts("test", NAME, "--json") == 11  # the test message is checked, too
        assert set(states(capsys)) == {("unsubscribed", False)}
        line, cause = seen(site)
        assert "was unsubscribed" in line
        assert cause == "alerts-unsubscribed"

        async def deployed_again() -> bool:
            topic = site.outputs["bootstrap"]["AlertTopicArn"]
            async with await Door.open(site.record.region) as door:
                return await billing_alerts.subscribe_again(door, topic, EMAIL)

        assert asyncio.run(deployed_again())
        line, cause = seen(site)
        assert "has not confirmed" in line
        assert cause == "alerts-unconfirmed"
        assert alerts("confirm", NAME, "https://sns.example/unsubscribe") == 2
        capsys.readouterr()

        assert alerts("confirm", NAME, link(site), "--json") == 0
        assert ("confirmed", True) in states(capsys)
        assert alerts("test", NAME, "--json") == 0
        assert ("confirmed", True) in states(capsys), "the link unsubscribes nobody now"
        assert alerts("list", NAME) == 0
        assert "only credentials of the account" in capsys.readouterr().out
