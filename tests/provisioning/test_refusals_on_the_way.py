"""Refusals that people met, one after the other on the way of one site: cause, status, way on."""

import json
import re
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.commands.shared.event_readers import print_result, result_json
from solarrally_tui.deployed.site import DeployedSite, SiteStacks
from solarrally_tui.health.diagnosis.examine import examine
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.simulator.child import Account
from tests.provisioning.engine_setup import deployed, fault, site_named

GIVEN = (Path(__file__).parent / "faults.jsonl").read_text("utf-8").splitlines()
FAULTS = {
    id_: list(same) for id_, same in groupby(map(json.loads, GIVEN), lambda given: given["id"])
}
WAY = {
    "clock": (Exit.CREDENTIALS, "120 minutes behind", "Set the clock"),
    "hook": (Exit.FAILED, "hook", "Ask the administrators"),
    "scp": (Exit.FAILED, "denies wafv2:CreateWebACL", "no policy in this account can allow it"),
    "pullrate": (Exit.FAILED, "limits how many images", "Wait an hour"),
    "rds-free-backup": (Exit.FAILED, "Free plan", "size.backup_days = 1"),
    "rds-free-size": (Exit.FAILED, "Free plan", "use the smallest database"),
    "rds-version": (Exit.FAILED, "does not offer this version", "newest minor version"),
    "rds-capacity": (Exit.FAILED, "no capacity for Database", "network.avoid_zones"),
    "elb-unsupported": (Exit.FAILED, "must verify this account", "Create case"),
    "cf-unverified": (Exit.FAILED, "must verify this account", "Create case"),
}
"""By the id of a fault: the exit status, words of the cause, and words of what to do."""

UNTRUE = ("lack a permission", "A permission is missing", "continues with it", "AWS continues")


def placed(given: dict[str, Any]) -> dict[str, Any]:
    """A fault as the account takes it; one of a resource at the stack that has it now."""
    given = {key: value for key, value in given.items() if key != "id"}
    if given["kind"] != "resource":
        return given
    logical_id = given["target"].partition("/")[2]
    (stack,) = (item.id for item in CATALOGUE if f"\n  {logical_id}:\n" in item.template())
    return {**given, "target": f"{stack}/{logical_id}"}


SLICE = ("clock", "scp", "rds-free-size")
"""A refusal before there is anything, one by an organization, and one of the account's plan."""


def test_there_is_a_way_on_for_every_refusal() -> None:
    assert WAY.keys() == FAULTS.keys()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "ids", [SLICE, pytest.param(tuple(WAY), marks=pytest.mark.torture)], ids=["slice", "all"]
)
async def test_every_refusal_names_its_cause_and_the_next_run_goes_on(
    account: Account, door: Door, ids: tuple[str, ...]
) -> None:
    site, left = site_named("refused"), {id_: FAULTS[id_] for id_ in ids}
    while left:  # Each run meets the first of them on its way, and that one is then lifted.
        with ExitStack() as active:
            for given in (each for same in left.values() for each in same):
                active.enter_context(fault(account, **placed(given)))
            outcome, heard = await deployed(site, door)
        assert outcome.cause, left.keys()
        met = [id_ for id_, same in left.items() if same[0]["message"] in outcome.cause.detail]
        assert met, outcome.cause
        status, cause, then = WAY[met[0]]
        assert outcome.exit_code is status, (met, outcome.cause)
        assert cause in f"{outcome.cause.what} {outcome.cause.why}", (met, outcome.cause)
        assert then in outcome.cause.next, (met, outcome.cause)
        everything = f"{outcome.cause} {' '.join(event.reason for event in heard)}"
        assert not any(words in everything for words in UNTRUE), met
        titles = {item.id: item.title for item in CATALOGUE}
        there = await SiteStacks.of(site, door).all()
        stays = tuple(titles[id_] for id_, stack in there.items() if stack and stack.is_created)
        told = outcome.unfinished.stacks if outcome.unfinished else ()
        assert stays == tuple(title for title, _ in told), met
        costly = {"Network", "Load balancer"} & set(stays)
        assert not costly or (outcome.unfinished and outcome.unfinished.monthly_usd), met
        del left[met[0]]
    outcome, _ = await deployed(site, door)
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert outcome.unfinished is None


async def test_a_first_call_that_an_organization_denies_is_no_matter_of_credentials(
    account: Account, door: Door
) -> None:
    words = (
        "User: arn:aws:iam::000000000000:user/ops is not authorized to perform: ssm:PutParameter "
        "on resource: arn:aws:ssm:us-east-1:000000000000:parameter/x with an explicit deny in a "
        "service control policy"
    )
    with fault(account, kind="refuse", target="ssm.PutParameter", message=words):
        outcome, _ = await deployed(site_named("no-record"), door)
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    assert "your organization (SCP) denies ssm:PutParameter" in outcome.cause.what
    assert "no policy in this account can allow it" in outcome.cause.next


@pytest.mark.timeout(120)
async def test_builds_that_are_not_released_stop_at_once_and_say_what_stays(
    account: Account, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "Cannot have more than 0 builds in queue for the account"
    with fault(
        account,
        kind="refuse",
        target="codebuild.StartBuild",
        code="AccountLimitExceededException",
        message=words,
    ):
        outcome, heard = await deployed(site_named("no-builds"), door)
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    assert "not released builds for this account" in outcome.cause.what
    assert "ask AWS to verify the account" in outcome.cause.next
    assert words in outcome.cause.detail
    assert heard.states()["image-build"] is State.FAILED
    assert "not released builds" in heard.last("image-build").reason
    assert not any("AWS continues" in event.reason for event in heard)
    stays = outcome.unfinished
    assert stays
    titles = {title for title, _ in stays.stacks}
    assert "Certificate and firewall" in titles
    assert not {"Database", "Application"} & titles
    print_result("no-builds", outcome, as_json=False)
    said = " ".join(capsys.readouterr().err.split())
    assert re.search(
        r"stays\. Unused, it costs about \$\d+ a month at list prices: .*Certificate and firewall "
        r"\$\d+, .*\d other less than \$1 each\. Deploy again to continue with it, or delete it: "
        r"solarrally destroy no-builds\.",
        said,
    )
    told = result_json("no-builds", outcome)["unfinished"]
    assert {stack["title"] for stack in told["stacks"]} == titles
    assert 8 < told["monthly_usd"] < 30  # keys, a firewall, maybe a load balancer; no database
    assert told["words"] == str(stays)
    seen = await examine(await DeployedSite.open(door, "no-builds"))
    assert seen.causes[0].id == "build-not-started"


@pytest.mark.timeout(120)
async def test_a_full_queue_of_builds_is_waited_for(account: Account, door: Door) -> None:
    words = "Cannot have more than 1 builds in queue for the account"
    with fault(
        account,
        kind="refuse",
        target="codebuild.StartBuild",
        code="AccountLimitExceededException",
        message=words,
        times=1,
    ):
        outcome, heard = await deployed(site_named("no-builds"), door)
    assert outcome.exit_code is Exit.OK, outcome.cause
    waiting = [event.reason for event in heard if "free build slot" in event.reason]
    assert waiting
    assert words in waiting[0]
