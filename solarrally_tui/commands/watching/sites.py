"""solarrally sites: every site of the account, in all Regions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What sites takes."""

    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.epilog = (
        "exit status: 0 all were read, 12 the stacks or the answers of one were not, 4 credentials."
    )
    add_json(parser)
    carry_out(parser, run, Options, example="solarrally sites\nsolarrally sites --json")


def run(options: Options) -> int:
    """List the sites of this account, by their records in us-east-1. Only reads."""
    from solarrally_tui.commands.shared.door import run_with_door

    return run_with_door(options, lambda door: _sites(options, door))


async def _sites(options: Options, door: "Door") -> int:
    from solarrally_tui.health.sites import survey
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.text.table import columns

    found = await survey(door)
    costs = {one.name: estimate(one.site).expected for one in found if one.site}
    status = Exit.OK if all(one.site and one.is_seen for one in found) else Exit.UNKNOWN
    if options.json:
        listed = [
            {
                "name": one.name,
                "region": one.region,
                "tier": one.tier,
                "state": one.state.value,
                "detail": one.line,
                "version": one.version,
                "monthly_cost_usd": f"{costs[one.name]:.2f}" if one.name in costs else None,
            }
            for one in found
        ]
        return show_result({"sites": listed}, status)
    if not found:
        say("The account has no sites. Run solarrally init, or solarrally for the wizard.")
        return status
    heads = ("Site", "Region", "Tier", "State", "Version", "USD a month")
    rows = [
        (
            one.name,
            one.region,
            one.tier,
            one.state.line(one.line),
            one.version or "unknown",
            f"{costs[one.name]:,.0f}" if one.name in costs else "unknown",
        )
        for one in found
    ]
    show("\n".join(columns([heads, *rows])))
    return status
