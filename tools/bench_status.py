"""Measures a round of checks: its time over its slowest call, and its calls by chargers.

Usage: python tools/bench_status.py [CHARGERS]

Every answer of the simulated account comes one and a half seconds late, so that the way of the
calls shows and not this computer's speed. The first round has to read the stacks before it knows
what to look at; a watched site is read in one go. Exit status 1 where a limit is not kept.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
import urllib.request
from typing import Any, Final

from solarrally_tui.aws.call_log import CallLog, counted
from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.health.watch import ALL_MONTH, Watch
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.simulator.child import Child
from solarrally_tui.site.files import from_answers

LIMIT: Final = 1.3
"""A watched round takes at most so many times its slowest call."""
_LATE: Final = 1.5
_NAME: Final = "bench"
_FEW: Final = 10
_BETWEEN: Final = 6.0
"""Seconds after which nothing that the checks of one round share is kept."""


def _chargers(endpoint: str, count: int) -> None:
    """Let so many chargers be in the registry and in the fleet index, none connected."""
    _control(endpoint, "POST", "fleet", {"site": _NAME, "chargers": count, "connected": 0})


async def _round(watch: Watch) -> tuple[float, CallLog]:
    with counted() as log:
        begun = time.monotonic()
        await watch.round(fresh=True)
        return time.monotonic() - begun, log


async def _measure(endpoint: str, chargers: int) -> bool:
    answers = {"name": _NAME, "region": "us-east-1", "tier": "small"}
    site = from_answers(answers | {"alerts": {"email": "ops@example.com"}})
    async with await Door.open("us-east-1") as door:
        outcome = await deploy(site, door, lambda _: None)
        if outcome.exit_code is not Exit.OK:
            raise RuntimeError(f"the deployment failed: {outcome.cause}")
        deployed = await DeployedSite.open(door, _NAME)
        counts = []
        for end in (_FEW, chargers):
            _chargers(endpoint, end)
            watch = Watch(deployed)
            await watch.round()
            await asyncio.sleep(_BETWEEN)
            _, log = await _round(watch)
            counts.append(sorted((call.service, call.operation) for call in log.calls))
            print(f"{end:>6} chargers: {len(log.calls)} calls a round")
        fault = _fault(endpoint)
        watch = Watch(deployed)
        first, log = await _round(watch)
        print(f"first round: {first:.2f} s, slowest call {_slowest(log):.2f} s")
        ratios = []
        for _ in range(3):
            await asyncio.sleep(_BETWEEN)
            took, log = await _round(watch)
            ratios.append(took / _slowest(log))
            print(
                f"round: {took:.2f} s, slowest call {_slowest(log):.2f} s, {ratios[-1]:.2f} times"
            )
        _control(endpoint, "DELETE", f"faults/{fault['id']}", {})
        display = Watch(deployed, all_month=True)
        await display.round()
        report = await display.round()
        print(f"a display that runs all month: {report.monthly_cost:.2f} USD")
    same, fast = counts[0] == counts[1], min(ratios) <= LIMIT
    print(f"same calls: {same}; best of {len(ratios)} within {LIMIT}: {fast}")
    return same and fast and report.monthly_cost < ALL_MONTH


def _slowest(log: CallLog) -> float:
    return max(call.seconds for call in log.calls)


def _fault(endpoint: str) -> dict[str, Any]:
    return _control(endpoint, "POST", "faults", {"kind": "delay", "target": "*", "seconds": _LATE})


def _control(endpoint: str, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 our own account on loopback
        f"{endpoint}/_solarrally/{path}", json.dumps(body).encode(), method=method
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        result: dict[str, Any] = json.load(answer)
        return result


def main() -> None:
    """Measure on a simulated account of its own."""
    chargers = int(sys.argv[1]) if sys.argv[1:] else 10_000
    child = Child(speed="instant")
    try:
        account = child.start()
        for variable in [each for each in os.environ if each.startswith("AWS_")]:
            del os.environ[variable]
        with tempfile.TemporaryDirectory(prefix="solarrally-bench-") as home:
            os.environ |= account.environment | {"HOME": home}
            is_kept = asyncio.run(_measure(account.endpoint_url, chargers))
    finally:
        child.stop()
    sys.exit(0 if is_kept else 1)


if __name__ == "__main__":
    main()
