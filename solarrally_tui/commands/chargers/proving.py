"""solarrally chargers prove."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.site_options import add_site, on_site
from solarrally_tui.commands.shared.options import AddAction, SiteOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import explain, say, show, show_result
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.chargers.proof import Proof
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class ProveOptions(SiteOptions):
    """What prove takes."""

    folder: Path
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    proving = add_action(
        "prove", "Send one message as a charger and time each hop until the page shows it."
    )
    proving.epilog = "exit status: 0 the page showed it, 11 a hop failed, which is named"
    add_site(proving)
    proving.add_argument("folder", type=Path, metavar="FOLDER", help="folder that add wrote")
    add_json(proving)
    carry_out(
        proving,
        partial(on_site, _prove),
        ProveOptions,
        example="solarrally chargers prove chargers/evse-1",
    )


async def _prove(options: ProveOptions, site: "DeployedSite") -> int:
    import asyncio

    from solarrally_tui.chargers.files import ChargerFiles
    from solarrally_tui.chargers.proving import noted, prove
    from solarrally_tui.chargers.simulated_load import page_of

    charger, *others = await asyncio.to_thread(ChargerFiles.in_folder, options.folder)
    if others:
        say(f"{options.folder} has the files of several chargers. Name the folder of one.")
        return Exit.USAGE
    # A recovered site keeps the topics of the lost one, whose name its chargers' files have.
    if charger.site not in {site.name, site.site.topic_name}:
        say(f"{charger.name} is a charger of {charger.site}. Name it with --site {charger.site}.")
        return Exit.USAGE
    charger = replace(charger, site=site.name)
    told = _Lines(as_json=options.json)
    page = await page_of(site)
    async with noted(charger.name, site):
        proof = await prove(charger, page, site=site, report=told.take)
    status = Exit.OK if proof.is_proven else Exit.FAIL
    if options.json:
        return show_result(proof.as_json(), status)
    if proof.plain:
        explain(proof.plain)
    return status


class _Lines:
    """Shows each hop once it is passed or has failed."""

    def __init__(self, *, as_json: bool) -> None:
        self._is_silent = as_json
        self._shown = 0

    def take(self, proof: "Proof") -> None:
        """Show what is new."""
        from solarrally_tui.chargers.proof import WORDS, summary

        if self._is_silent:
            return
        passed = list(proof.milliseconds.items())
        for hop, milliseconds in passed[self._shown :]:
            show(Severity.OK.line(f"{WORDS[hop]:<24}{milliseconds:>8.0f} ms"))
        self._shown = len(passed)
        if proof.failed:
            show(Severity.FAIL.line(WORDS[proof.failed]))
        if proof.is_proven:
            show(summary(proof))
