"""Experiments for a real account, tried on the simulated one: what they report and leave."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.cli import main
from solarrally_tui.proofs import bench, left_behind
from solarrally_tui.proofs.bench import Bench
from solarrally_tui.proofs.claims import Guard, claims
from solarrally_tui.proofs.experiments import EXPERIMENTS, OF_SITE, devices, permissions, stacks
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import PROOF
from tests.clients import owner as root
from tests.policy.operators import ADMINISTRATOR, user
from tests.provisioning.engine_setup import StandingSite, environment, fault, opened

OTHERWISE = {"vpc-origin-quota", "iot-ipv6"}
"""Claims that this account's own quotas and its address on this computer do not meet."""


@pytest.fixture(scope="module")
def administrator(account: Account) -> Account:
    return user(account, "proves", [ADMINISTRATOR])


@pytest.fixture
def shell(administrator: Account, monkeypatch: Any) -> Iterator[Account]:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(devices, "_AWAY_SECONDS", 2.5)
    # At instant speed, what AWS needs minutes for either is at once or is broken.
    monkeypatch.setattr(devices, "_UP_SECONDS", 6.0)
    monkeypatch.setattr(devices, "_QUIET_SECONDS", 1.0)
    monkeypatch.setattr(bench, "SPREAD_SECONDS", 6.0)
    monkeypatch.setattr(stacks, "_SETTLED_SECONDS", 15.0)
    with environment(administrator):
        yield administrator


def run(capsys: Any, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["prove", *words])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def left(account: Account) -> tuple[str, ...]:
    async def once() -> tuple[str, ...]:
        async with opened(account) as door:
            return await left_behind.remove(door)

    return asyncio.run(once())


def result(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


def test_every_experiment_is_of_a_claim_whose_guard_allows_it() -> None:
    known = claims()
    assert EXPERIMENTS.keys() <= known.keys()
    assert EXPERIMENTS.keys() >= OF_SITE
    assert {known[name].guard for name in EXPERIMENTS} == {Guard.READS, Guard.CREATES}
    assert all(known[name].usd < 0.01 for name in EXPERIMENTS)
    texts = [(c.claim, c.experiment, c.expected) for c in known.values()]
    assert all(text and "|" not in text for row in texts for text in row)


@pytest.mark.timeout(55)
def test_experiments_see_what_they_expect_and_leave_nothing(
    shell: Account, standing: StandingSite, capsys: Any, tmp_path: Path
) -> None:
    report = tmp_path / "proof.md"
    names = sorted(EXPERIMENTS.keys() - OTHERWISE)
    words = ("--site", "engine-home", "--spend", "0.1", "--yes", "--report", str(report))
    status, out, _ = run(capsys, *names, *words, "--json")
    told = {one["id"]: one for one in result(out)["proofs"]}
    wrong = {name: one for name, one in told.items() if not one["holds"] or one["left"]}
    assert not wrong, json.dumps(wrong)
    assert status == 0
    assert told.keys() == set(names)
    assert all(one["observations"] for one in told.values())
    text = report.read_text()
    assert "ACCOUNT" in text
    assert told["denied-words"]["account"] not in text
    assert left(shell) == ()


def test_what_is_not_as_expected_fails(shell: Account, capsys: Any) -> None:
    status, out, _ = run(capsys, "vpc-origin-quota", "--json")
    assert status == 11
    assert result(out)["proofs"][0]["holds"] is False


def test_a_wrong_claim_is_noticed(shell: Account, capsys: Any, monkeypatch: Any) -> None:
    """Reads everything with a policy that allows everything: what should be refused is not."""
    acting = Bench.acting
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    monkeypatch.setattr(Bench, "acting", lambda self, suffix, *_: acting(self, suffix, everything))
    status, out, _ = run(capsys, "thing-as-resource", "--yes", "--json")
    seen = [one["holds"] for one in result(out)["proofs"][0]["observations"]]
    assert (status, seen) == (11, [True, False])


def test_what_a_killed_experiment_left_is_deleted(
    shell: Account, capsys: Any, monkeypatch: Any
) -> None:
    async def nothing(_: object) -> tuple[str, ...]:
        return ()

    with monkeypatch.context() as killed:
        killed.setattr(left_behind, "remove", nothing)
        names = "trust-boundary", "case-without-else", "early-validation", "parameter-version"
        assert run(capsys, *names, "--yes", "--spend", "1")[0] == 0
    status, out, _ = run(capsys, "--clean", "--json")
    deleted = result(out)["deleted"]
    kinds = {one.partition(PROOF)[0].strip() for one in deleted if PROOF in one}
    assert status == 0
    assert {"policy", "role", "thing", "stack", "log group"} <= kinds, deleted
    assert any(one.startswith("certificate ") for one in deleted)
    assert any(one.startswith("rule ") for one in deleted)
    assert any(one.startswith("parameter ") for one in deleted)
    assert "No experiment has left anything" in run(capsys, "--clean")[2]


def test_what_ends_an_experiment_early_is_told_and_cleaned(shell: Account, capsys: Any) -> None:
    refused = {"target": "iot.AttachThingPrincipal", "code": "AccessDeniedException"}
    with fault(shell, kind="refuse", message="no", **refused):
        status, out, _ = run(capsys, "two-names", "--yes", "--spend", "1", "--json")
    (told,) = result(out)["proofs"]
    assert (status, told["holds"], told["left"]) == (12, None, "")
    assert "AccessDenied" in told["problem"]
    assert left(shell) == ()


def test_guards_come_before_anything_is_created(shell: Account, capsys: Any) -> None:
    status, _, err = run(capsys, "shared-subscription", "--yes")
    assert (status, "To allow it: --spend 0.001" in err) == (5, True)
    status, _, err = run(capsys, "denied-words")
    assert (status, "Nothing was run." in err) == (5, True)
    assert run(capsys, "support-reads", "--spend", "1", "--yes")[0] == 2
    assert run(capsys, "no-such-claim")[0] == 2
    assert run(capsys, "hub-restart", "denied-words")[0] == 2
    with environment(root(shell)):
        status, _, err = run(capsys, "denied-words", "--yes")
    assert (status, "root user cannot" in err) == (5, True)


def test_claims_are_listed_and_steps_for_a_hand_are_printed(capsys: Any) -> None:
    status, out, _ = run(capsys, "--list", "--json")
    listed = {one["id"]: one for one in result(out)["claims"]}
    assert (status, len(listed)) == (0, len(claims()))
    assert listed["denied-words"]["automated"]
    assert listed["hub-restart"]["usd"] == 1
    status, out, err = run(capsys, "hub-restart")
    assert status == 0
    assert "stop its task" in out
    assert "Nothing was run" in err
    assert "certificate-cut" in run(capsys, "--list")[1]


def test_the_words_of_refusals_are_read_for_every_service() -> None:
    assert len({service for service, *_ in permissions._READS}) == len(permissions._READS)
