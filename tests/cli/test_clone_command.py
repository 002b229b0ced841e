"""solarrally clone: what another site takes over, and what two sites cannot share."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui import cli
from solarrally_tui.deployed import record
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.cloning import clone
from solarrally_tui.site.files import from_answers, load, save, to_answers
from solarrally_tui.site.model import Site
from tests.provisioning.engine_setup import environment, opened

ARN = "arn:aws:rds:us-east-1:123456789012:auto-backup:ab-0123456789abcdef"


def full(**sections: Any) -> Site:
    """A site that has everything that no other can have as well."""
    answers: dict[str, Any] = {
        "name": "barn",
        "region": "us-east-1",
        "tier": "medium",
        "alerts": {"email": "ops@example.com"},
        "domain": {
            "name": "barn.example.com",
            "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
            "origin": "public-alb",
        },
        "size": {
            "chargers": 60,
            "database_backup": ARN,
            "database_restore_time": "2026-11-29T14:05:00Z",
            "backup_copy_region": "eu-west-1",
        },
        "network": {"avoid_zones": ["us-east-1b"]},
        "devices": {"topic_name": "old-barn"},
        "governance": {"github_repository": "ada/SolarRally", "github_ref": "refs/heads/main"},
    }
    return from_answers(answers | sections)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def test_a_clone_shares_no_name_no_data_and_no_zone() -> None:
    copy, changes = clone(full(), "mill", "eu-west-1")
    assert {change.path: change.after for change in changes} == {
        "name": "mill",
        "region": "eu-west-1",
        "domain.name": "",
        "domain.hosted_zone_id": "",
        "domain.origin": "vpc-origin",
        "network.avoid_zones": [],
        "size.backup_copy_region": "",
        "size.database_backup": "",
        "size.database_restore_time": "",
        "devices.topic_name": "",
        "governance.github_repository": "",
        "governance.github_ref": "",
    }
    assert all(change.reason.endswith(".") for change in changes)
    assert copy.size.chargers == 60
    again = to_answers(full())
    for change in changes:
        where, _, key = change.path.rpartition(".")
        (again[where] if where else again)[key] = change.after
    assert to_answers(copy) == again


def test_a_name_beside_the_old_one_keeps_the_hosted_zone_and_the_region_its_zones() -> None:
    copy, changes = clone(full(), "mill", domain="mill.example.com")
    assert copy.domain.name == "mill.example.com"
    assert copy.domain.hosted_zone_id == "Z0123456789ABCDEFGHIJ"
    assert copy.domain.origin == "public-alb"
    assert copy.network.avoid_zones == ("us-east-1b",)
    assert copy.size.backup_copy_region == "eu-west-1"
    assert {change.path for change in changes} >= {"name", "domain.name"}
    elsewhere, _ = clone(full(), "mill", domain="mill.example.org")
    assert elsewhere.domain.hosted_zone_id == ""


def test_a_file_is_cloned_and_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "barn.toml", tmp_path / "mill.toml"
    save(full(), source)
    words = ("clone", str(source), "--as", "mill", "--to", str(target))
    code, out, _ = run(capsys, *words)
    assert code == Exit.OK
    assert 'domain.name = ""  A domain name leads to one site.' in out
    assert load(target).name == "mill"
    code, _, said = run(capsys, *words)
    assert (code, "exists" in said) == (Exit.REFUSED, True)
    code, out, _ = run(capsys, *words, "--force", "--json")
    assert code == Exit.OK
    assert {"path": "name", "before": "barn", "after": "mill"}.items() <= json.loads(out)[
        "changes"
    ][0].items()
    same = ("clone", str(source), "--as", "barn", "--to", str(tmp_path / "x.toml"))
    assert run(capsys, *same)[0] == Exit.USAGE
    bad = ("clone", str(source), "--as", "A Mill", "--to", str(tmp_path / "x.toml"))
    code, _, said = run(capsys, *bad)
    assert (code, "name" in said) == (Exit.INVALID_SITE, True)
    assert not (tmp_path / "x.toml").exists()


def test_a_boundary_of_the_other_site_is_left_behind_and_any_other_is_kept() -> None:
    for name, kept in (("solarrally-barn-boundary", ""), ("company", "policy/company")):
        arn = f"arn:aws:iam::123456789012:policy/{name}"
        site = full(governance={"permissions_boundary_arn": arn})
        copy, _ = clone(site, "mill")
        assert copy.governance.permissions_boundary_arn.endswith(kept)
        assert bool(copy.governance.permissions_boundary_arn) is bool(kept)


async def test_a_deployed_site_is_cloned_from_its_record(
    account: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened(account, "us-east-1") as door:
        await record.write(door, full(name="cloned-barn"), "123456789012")
        target = tmp_path / "mill.toml"
        with environment(account):
            words = ("clone", "cloned-barn", "--as", "mill", "--to", str(target))
            code, _, said = await asyncio.to_thread(run, capsys, *words)
        assert (code, "solarrally deploy" in said) == (Exit.OK, True)
        assert load(target).size.chargers == 60
        await record.delete(door, "cloned-barn")
