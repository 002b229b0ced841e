"""Lives of sites, each disturbed in one way, beside one that nobody disturbs: `make torture`.

Keeps a ledger beside this file: what ran, on which commit, and how it ended. What is in it for the
present commit is not run again, so an interrupted torture is resumed by starting it again.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
import traceback
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from solarrally_tui.simulator.child import Account, Child
from tests.provisioning.engine_setup import opened
from tests.torture.disturbance import (
    KILL,
    LOST,
    MODES,
    NOTHING,
    SAMPLED,
    Disturbance,
    Point,
)
from tests.torture.life import OPERATIONS, Chapter, chapter, own_folder
from tests.torture.unusual import FURTHER

PARTS = OPERATIONS | FURTHER
_SHARED = {"cloudformation.list_stacks"}
"""Calls of the one reader of a Region: provisioning/change/stack_reader.py."""
LEDGER = Path(__file__).with_name("ledger.json")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--only", help="modes, separated by commas", default=",".join(MODES))
    parser.add_argument("--until", help="HH:MM: begin no life after that", default="")
    parser.add_argument("--seed", type=int, help="of the sampled mode; else of the commit")
    parser.add_argument("--again", action="store_true", help="also what the ledger has")
    options = parser.parse_args()
    ledger = Ledger()
    # The same commit samples the same again, so that what is interrupted is resumed.
    seed = int(ledger.commit, 16) if options.seed is None else options.seed
    print(f"The sampled mode has the seed {seed}.")
    child = Child(speed="instant", scenario="raised-quotas")
    account = child.start()
    failed = 0
    try:
        undisturbed = asyncio.run(_life(NOTHING, account, 100000000000, seed))
        ledger.points(undisturbed)
        for index, mode in enumerate(options.only.split(",")):
            if options.until and datetime.now().strftime("%H:%M") >= options.until:  # noqa: DTZ005 the clock on the wall
                print(f"{options.until} has passed: {mode} has not run")
                continue
            if mode == NOTHING or (ledger.has(mode) and not options.again):
                continue
            began = time.monotonic()
            try:
                lived = asyncio.run(_life(mode, account, 200000000000 + index, seed))
                found = {c.operation: c.against(undisturbed[c.operation]) for c in lived.values()}
                ledger.note(mode, lived, found, seed)
                failed += sum(map(bool, found.values()))
                for operation, lines in found.items():
                    print(
                        f"{mode} {operation}: {lived[operation].runs} runs,",
                        f"{len(lived[operation].disturbance.hit)} disturbed,",
                        "; ".join(lines) or "as undisturbed",
                        flush=True,
                    )
            except Exception:  # noqa: BLE001 the others are to run all the same
                failed += 1
                ledger.note_failure(mode, traceback.format_exc(limit=-3))
                traceback.print_exc()
            print(f"{mode}: {time.monotonic() - began:.0f} s", flush=True)
    finally:
        child.stop()
    return 1 if failed else 0


async def _life(mode: str, account: Account, number: int, seed: int) -> dict[str, Chapter]:
    """Live through all operations in an account of its own.

    The second life is killed only after calls after which the first one was not.
    """
    killed: set[tuple[str, str]] = set()

    def not_killed(point: Point) -> bool:
        return (point.step, point.call) not in killed

    keys = account.environment | {"AWS_ACCESS_KEY_ID": str(number)}
    lived: dict[str, Chapter] = {}
    with pytest.MonkeyPatch.context() as patch:
        # Credentials that may change, so that a run may wait for a new sign-in.
        patch.setattr(
            "solarrally_tui.aws.session.Clients.can_sign_in_again", property(lambda _: True)
        )
        async with own_folder() as folder:
            for operation in PARTS:
                disturbance = Disturbance(mode, seed=seed)
                if mode == KILL and operation in FURTHER:
                    disturbance.chosen = not_killed
                async with opened(replace(account, environment=keys)) as door:
                    door.attend()
                    lived[operation] = await chapter(operation, door, disturbance, folder, PARTS)
                    killed.update((point.step, point.call) for point in disturbance.hit)
                    print(f"  {mode} {operation}: {lived[operation].runs} runs", flush=True)
    return lived


class Ledger:
    """What ran, on which commit, and how it ended."""

    def __init__(self) -> None:
        self.entries = json.loads(LEDGER.read_text()) if LEDGER.exists() else {}
        self.commit = subprocess.run(
            ["git", "rev-parse", "--short=10", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
            cwd=LEDGER.parent,
        ).stdout.strip()

    def has(self, mode: str) -> bool:
        entry = self.entries.get(mode)
        return bool(entry) and entry["commit"] == self.commit and "failed" not in entry

    def points(self, undisturbed: dict[str, Chapter]) -> None:
        """Note every writing call of a life, and every pair of a step and an operation."""
        calls = {}
        for operation, lived in undisturbed.items():
            seen = lived.disturbance.seen
            calls[operation] = {
                "writes": [str(point) for point in seen if point.writes],
                "pairs": sorted({_pair(point) for point in seen}),
            }
        self.entries["calls"] = calls
        self._save()

    def note(
        self, mode: str, lived: dict[str, Chapter], found: dict[str, list[str]], seed: int
    ) -> None:
        entry: dict[str, object] = {"commit": self.commit, "ran": _today()}
        if mode == SAMPLED:
            entry["seed"] = seed
        killed = {
            (point.step, point.call)
            for one in lived.values()
            for point in one.disturbance.hit
            if mode == KILL
        }
        # Which operation makes a shared call depends on the moment.
        shared = {
            _name(point, mode)
            for one in lived.values()
            for point in one.disturbance.hit
            if point.call in _SHARED
        }
        for operation, one in lived.items():
            hit, calls = one.disturbance.hit, self.entries["calls"][operation]
            wanted = _wanted(mode, operation, calls, killed)
            struck = shared | {_name(point, mode) for point in hit}
            entry[operation] = {
                "runs": one.runs,
                "disturbed": len(hit),
                "not disturbed": [name for name in wanted if name not in struck],
                "account": found[operation] or "as undisturbed",
                "ways": dict(Counter(one.disturbance.ways)),
                "ends": sorted({end for end in one.ends if not end.startswith("killed")}),
            }
        self.entries[mode] = entry
        self._save()

    def note_failure(self, mode: str, words: str) -> None:
        self.entries[mode] = {"commit": self.commit, "ran": _today(), "failed": words}
        self._save()

    def _save(self) -> None:
        known = {mode: self.entries[mode] for mode in MODES if mode in self.entries}
        missing = [mode for mode in MODES if mode != NOTHING and mode not in known]
        self.entries |= {"not run": missing}
        aside = LEDGER.with_suffix(".new")
        aside.write_text(json.dumps(self.entries, indent=1, sort_keys=True) + "\n")
        aside.replace(LEDGER)


def _wanted(
    mode: str, operation: str, calls: dict[str, list[str]], killed: set[tuple[str, str]]
) -> list[str]:
    """Return what is to be disturbed: every writing call, or every pair of step and operation.

    Of the sampled mode nothing in particular; of kills in the second life, what was nowhere killed.
    """
    if mode == SAMPLED:
        return []
    if mode not in {LOST, KILL}:
        return calls["pairs"]
    if mode == KILL and operation in FURTHER:
        return [name for name in calls["writes"] if tuple(name.split()[:2]) not in killed]
    return calls["writes"]


def _name(point: Point, mode: str) -> str:
    return str(point) if mode in {LOST, KILL} else _pair(point)


def _pair(point: Point) -> str:
    """Return step and call; of a call that all steps of a run share, whichever makes it."""
    step = "any" if point.call in _SHARED else point.step
    return f"{step} {point.call}"


def _today() -> str:
    return datetime.now().strftime("%Y-%m-%d %H:%M")  # noqa: DTZ005 for people


if __name__ == "__main__":
    sys.exit(main())
