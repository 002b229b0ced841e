"""What an update changes, which release a rollback returns to, and what is refused.

Updates and rollbacks themselves, and who notices them: test_rolling.py.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.cli import parser
from solarrally_tui.deployed import releases
from solarrally_tui.deployed.releases import Release
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.deployment.releases import returning
from solarrally_tui.provisioning.deployment.releases.returning import Kept
from solarrally_tui.provisioning.deployment.releases.updating import (
    Wish,
    differences,
    set_aside,
    updated,
)
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.problems import SiteError
from solarrally_tui.source import fetch
from solarrally_tui.source.reference import ResolvedCommit
from solarrally_tui.wizard.engine import real_services
from tests.provisioning.engine_setup import StandingSite, environment, site_named

OTHER = "b" * 40
BROKEN = "c" * 40


# --- What a rollback returns to, and what it refuses ---


HOME = site_named("returning")
REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com/app"


def release(number: int, previous: int, commit: str = "", **changes: Any) -> Release:
    made = Release(
        number=number,
        previous=previous,
        kept=datetime(2026, 11, number, tzinfo=UTC),
        version="0.3.0",
        site=updated(HOME, Wish(commit)),
        app_image=f"{REGISTRY}@sha256:{(commit or 'e').ljust(64, '0')}",
        broker_image="b",
        page=f"page-{commit[:4]}",
        database="db-1",
    )
    return replace(made, **changes)


A, B, C = "a" * 40, "b" * 40, "c" * 40
FIRST, SECOND = release(1, 0, A), release(2, 1, B)
BACK = release(3, 0, A)
"""After a rollback from the second to the first."""
THIRD = release(4, 3, C)
"""After an update from there."""


def now(kept: tuple[Release, ...], answers: Release, running: Release | None = None) -> Kept:
    return Kept(answers.site, kept, (running or answers).app_image, "db-1", "artefacts")


@pytest.mark.parametrize(
    ("kept", "target"),
    [
        (now((), FIRST), None),
        (now((FIRST,), FIRST), None),
        (now((SECOND, FIRST), SECOND), FIRST),
        # The last update failed, before and after its answers were written and its tasks ran.
        (now((SECOND, FIRST), THIRD, SECOND), SECOND),
        (now((SECOND, FIRST), THIRD), SECOND),
        (now((FIRST,), THIRD, FIRST), FIRST),
        # A rollback was interrupted, before and after its tasks ran.
        (now((SECOND, FIRST), FIRST, SECOND), FIRST),
        (now((SECOND, FIRST), FIRST), FIRST),
        # What was rolled back from is passed over.
        (now((BACK, SECOND, FIRST), BACK), None),
        (now((THIRD, BACK, SECOND, FIRST), THIRD), BACK),
    ],
)
def test_a_rollback_returns_to_the_release_that_ran_before(
    kept: Kept, target: Release | None
) -> None:
    assert kept.target == target


def test_a_release_survives_being_kept() -> None:
    assert releases.from_json(json.loads(json.dumps(SECOND.to_json()))) == SECOND
    for wrong in ({}, {"schema": 2}, [], None, SECOND.to_json() | {"site": {"name": "x"}}):
        with pytest.raises(ValueError):  # noqa: PT011 any words
            releases.from_json(wrong)
    assert FIRST.same_as(BACK)
    assert not FIRST.same_as(SECOND)


async def test_a_rollback_is_refused_by_name_before_anything_changes(
    standing: StandingSite, door: Door
) -> None:
    known = await DeployedSite.open(door, standing.site.name)
    kept = await returning.look_up(known)
    newest = kept.releases[0]
    gone = newest.app_image.rpartition(":")[0] + f":{'0' * 64}"
    cases = (
        (replace(kept, releases=()), None, "no earlier release"),
        (kept, 99, "has no release 99"),
        (replace(kept, database="another"), newest.number, "its database was replaced since"),
        (_with(kept, app_image=gone), newest.number, gone),
        (_with(kept, broker_image=gone), newest.number, gone),
        (_with(kept, page="never-built"), newest.number, "The dashboard never-built"),
    )
    for state, number, words in cases:
        with pytest.raises(StepError) as refused:
            await returning.choose(known, state, number)
        assert refused.value.exit_code is Exit.REFUSED
        assert words in str(refused.value.plain)
        assert "Nothing was changed." in refused.value.plain.what
        assert "solarrally " in refused.value.plain.next


def _with(kept: Kept, **changes: Any) -> Kept:
    return replace(kept, releases=(replace(kept.releases[0], **changes), *kept.releases[1:]))


# --- What an update changes ---


def test_an_update_changes_what_it_is_told_and_says_so() -> None:
    image = f"ghcr.io/owner/solarrally@sha256:{'1' * 64}"
    given = updated(HOME, Wish(image=image))
    assert given.application.image == image
    built = updated(given, Wish(B, "main"))
    assert (built.application.commit, built.application.ref) == (B, "main")
    assert built.application.image == ""
    assert updated(HOME, Wish()) == HOME
    (other,) = differences(HOME, given)
    assert (other.path, other.change) == ("application.image", f"none → {image[:60]}…")
    assert [one.path for one in differences(HOME, built)] == [
        "application.ref",
        "application.commit",
    ]
    with pytest.raises(SiteError):
        updated(HOME, Wish("main"))


def test_another_tier_keeps_what_was_typed_and_fits() -> None:
    site = site_named("returning", size={"log_retention_days": 60})
    larger = updated(site, Wish(tier="large"))
    assert larger.tier.value == "large"
    assert larger.size.log_retention_days == 60
    assert larger.size.database_class != site.size.database_class
    assert set_aside(site, "") == ""
    changes = {one.path: one.change for one in differences(site, larger)}
    assert changes["tier"] == "small → large"
    assert changes["size.multi_az"] == "no → yes"


# --- The commands ---


def command(account: Account, *words: str) -> int:
    with environment(account):
        parsed = parser().parse_args(words)
        return int(parsed.run(parsed))


def test_an_update_says_what_it_changes_costs_and_takes_before_it_begins(
    standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    name = standing.site.name
    assert command(account, "update", name, "--tier", "medium", "--plan") == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "Size tier small → medium" in said
    assert "Standby database size.multi_az no → yes" in said
    assert "days of backups 7 → 14" in said
    assert "Restarts the database with another instance class." in said
    assert "more than now" in said
    assert "Takes about 10 to 30 minutes." in said
    # Nobody is there to agree.
    assert command(account, "update", name, "--tier", "medium") == 5
    assert "Nothing was changed." in capsys.readouterr().err
    assert command(account, "update", name, "--commit", "main") == 2
    assert "a full Git commit id" in capsys.readouterr().err
    assert command(account, "update", name, "--confirm-replacement", "another") == 2


def test_a_branch_means_its_newest_commit_which_is_checked_first(
    standing: StandingSite,
    account: Account,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def find(address: str, ref: str) -> ResolvedCommit:
        assert (address, ref) == (standing.site.application.repository, "next")
        return ResolvedCommit(B, "next", None)

    async def fetched(_address: str, commit: str, folder: Path) -> None:
        assert commit == B
        (folder / "README.md").write_text("Nothing to build.")

    monkeypatch.setattr(fetch, "find", find)
    monkeypatch.setattr(fetch, "fetch", fetched)
    assert command(account, "update", standing.site.name, "--ref", "next", "--yes") == 5
    said = " ".join(capsys.readouterr().err.split())
    assert f"→ {B}" in said
    assert "cannot run in a site. Nothing was changed." in said
    assert "has no folder backend or frontend" in said
    assert f"solarrally source check {standing.site.application.repository}" in said
    sure = ("--skip-preflight", "--plan")
    assert command(account, "update", standing.site.name, "--ref", "next", *sure, "--json") == 0
    told = capsys.readouterr()
    assert "The application is rebuilt." in told.err
    result = json.loads(told.out)
    assert (result["type"], result["empty"], result["dangerous"]) == ("result", False, False)


def test_the_releases_are_listed_and_one_that_is_not_there_is_refused(
    standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    name = standing.site.name
    assert command(account, "rollback", name, "--list") == 0
    assert capsys.readouterr().out.startswith("now    release ")
    assert command(account, "rollback", name, "--list", "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["type"], result["exit_code"]) == ("result", 0)
    assert result["releases"][0]["runs"]
    assert result["releases"][0]["commit"] == standing.site.application.commit
    assert command(account, "rollback", name, "--to", "99", "--yes") == 5
    assert f"solarrally rollback {name} --list" in capsys.readouterr().err


async def test_the_wizard_offers_the_way_back_that_there_is(
    standing: StandingSite, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    services = real_services()
    known = await services.upkeep(standing.site.name)
    await services.close()
    async with await Door.open() as door:
        kept = await returning.look_up(await DeployedSite.open(door, standing.site.name))
    # Other tests may have deployed the site again before.
    assert known.earlier == (f"release {kept.target.number}" if kept.target else "")
    assert known.unseen == 0
    assert known.password_due is not None
    assert known.password_due > datetime.now(UTC)
