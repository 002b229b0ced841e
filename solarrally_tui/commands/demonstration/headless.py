"""The main job without a terminal: price, deploy, chargers, telemetry, health."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.pace import here, is_instant
from solarrally_tui.aws.poll import poll
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.chargers.publisher import simulate
from solarrally_tui.commands.demonstration.stage import SimulatedStage
from solarrally_tui.commands.shared.event_readers import print_plain, print_result
from solarrally_tui.commands.shared.terminal import show
from solarrally_tui.commands.watching.status import EXITS
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import check_site
from solarrally_tui.health.render import table
from solarrally_tui.health.report import Report
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.site.model import Site
from solarrally_tui.text.table import fit

CHARGERS: Final = ("garage-left", "garage-right", "driveway")
MESSAGES_EACH: Final = 21
SILENCE_SECONDS: Final = 6.0
CUT_SECONDS: Final = 200.0
"""AWS IoT disconnects within a few minutes who has a certificate that was deactivated."""

DEMO_SITE: Final = {
    "name": "sunny-garage",
    "region": "us-east-1",
    "tier": "small",
    "alerts": {"email": "ops@example.com"},
}


async def run_headless(site: Site, stage: SimulatedStage, *, read_only: bool = False) -> int:
    """Take one site from its price to a healthy status; return the exit status."""
    _show_price(site)
    stage.begun()
    async with await Door.open(site.region, keys=stage.keys, read_only=read_only) as door:
        outcome = await deploy(site, door, print_plain)
        print_result(site.name, outcome, as_json=False)
        if outcome.exit_code is not Exit.OK:
            return outcome.exit_code
        deployed = await DeployedSite.open(door, site.name)
        with tempfile.TemporaryDirectory(prefix="solarrally-demo-") as folder:
            folders = [Path(folder) / name for name in CHARGERS]
            proven = await _prove_telemetry(deployed, outcome, folders)
            report = await _settled(deployed, folders)
        show(table(report))
    return EXITS[report.health] if proven else Exit.FAILED


def _show_price(site: Site) -> None:
    cost = estimate(site)
    if not cost.complete:
        lacking = f"the price book lacks prices of {site.region}"
        show(fit(f"{site.name}: what it costs is not fully known, {lacking}."))
        return
    text = (
        f"{site.name}: tier {site.tier.value} in {site.region} costs about {cost.expected:.2f} USD "
        f"a month, between {cost.low:.2f} and {cost.high:.2f}. Prices of "
        f"{cost.prices_as_of} or newer."
    )
    show(fit(text))


async def _prove_telemetry(site: DeployedSite, outcome: Outcome, folders: Sequence[Path]) -> bool:
    """Send telemetry from three chargers and count it in a separate process, twice."""
    for name, place in zip(CHARGERS, folders, strict=True):
        await add(name, site, place)
        show(f"Charger {name} has its certificate.")
    sent, counted = await _send_and_count(site, folders, expect=True)
    text = (
        f"Telemetry: {sent} messages sent by {len(CHARGERS)} chargers, "
        f"{counted} counted on /ws/live by another process."
    )
    show(fit(text))
    silent = await _silence(site, outcome, folders)
    return sent == counted and sent >= len(CHARGERS) * 20 and silent == 0


async def _silence(site: DeployedSite, outcome: Outcome, folders: Sequence[Path]) -> int:
    """Deactivate the bridge certificate, count what still arrives, and activate it again."""
    door = site.door
    certificate = await _bridge_certificate(door, outcome)
    await door.call("iot", "update_certificate", certificateId=certificate, newStatus="INACTIVE")
    if not is_instant():
        await asyncio.sleep(here(CUT_SECONDS))
    sent, counted = await _send_and_count(site, folders, expect=False)
    show(f"Bridge certificate deactivated: {sent} messages sent, {counted} counted.")
    await door.call("iot", "update_certificate", certificateId=certificate, newStatus="ACTIVE")
    return counted


async def _bridge_certificate(door: Door, outcome: Outcome) -> str:
    secret = outcome.outputs["iot"]["BridgeSecretArn"]
    response = await door.call("secretsmanager", "get_secret_value", SecretId=secret)
    certificate: str = json.loads(response["SecretString"])["certificateId"]
    return certificate


async def _send_and_count(
    site: DeployedSite, folders: Sequence[Path], *, expect: bool
) -> tuple[int, int]:
    """Return messages acknowledged by AWS IoT and messages that another process counted."""
    wanted = len(folders) * MESSAGES_EACH
    limits = (
        ["--until", str(wanted), "--seconds", "60"]
        if expect
        else ["--seconds", str(SILENCE_SECONDS)]
    )
    watcher = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "solarrally_tui",
        "chargers",
        "watch",
        "--site",
        site.name,
        "--json",
        *limits,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert watcher.stdout  # noqa: S101 asked for with PIPE
    json.loads(await watcher.stdout.readline())
    counts = await simulate(folders, interval=0.05, count=MESSAGES_EACH)
    result: dict[str, Any] = json.loads(await watcher.stdout.readline())
    await watcher.wait()
    return counts.acknowledged, int(result["total"])


async def _settled(site: DeployedSite, folders: Sequence[Path]) -> Report:
    """Return the first report in which all is well, or the last one after a minute.

    The chargers send meanwhile: a site whose chargers are all away is not well.
    """
    last: list[Report] = []

    async def check() -> Report | None:
        last[:] = [await check_site(site)]
        return last[0] if last[0].health is Severity.OK else None

    sending = asyncio.create_task(simulate(folders, interval=1.0))
    try:
        return await poll(check, every=2.0, limit=60.0)
    except TimeoutError:
        return last[0]
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
