"""solarrally migrate SITE: how far a migration is, judged from what the account shows."""

import argparse
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteOptions,
    add_json,
    add_site_or_only,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door


@dataclass(frozen=True, slots=True)
class Options(SiteOptions):
    """What migrate takes."""

    old_page: str | None
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site_or_only(parser)
    parser.add_argument(
        "--old-page",
        type=_address,
        metavar="URL",
        help="address of the old installation's page, to see whether it leads to the site",
    )
    add_json(parser)
    parser.epilog = (
        "exit status: 0 every step is done or there is nothing to migrate, 10 a step is open, 12 a "
        "step could not be seen and none is open. docs/migration.md has the steps in order."
    )
    carry_out(
        parser,
        run,
        Options,
        example="solarrally migrate barn\n"
        "solarrally migrate barn --old-page https://charging.example.com",
    )


def _address(text: str) -> str:
    if urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).netloc:
        msg = f"{text} is not an address such as https://charging.example.com"
        raise argparse.ArgumentTypeError(msg)
    return text


def run(options: Options) -> int:
    """Show the checklist of a migration. Only reads."""
    from solarrally_tui.commands.shared.door import run_on_site

    return run_on_site(options, _list)


async def _list(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.health.moving_in import State, checklist, moving
    from solarrally_tui.health.observed_site import observe
    from solarrally_tui.text.table import wrap

    observed = await observe(await DeployedSite.open(door, options.site))
    steps = await checklist(observed, options.old_page or "")
    states = {step.state for step in steps}
    status = Exit.OK
    if states - {State.DONE}:
        status = Exit.WARN if State.OPEN in states else Exit.UNKNOWN
    is_none = not options.old_page and not moving(steps)
    if is_none:
        status = Exit.OK
    if options.json:
        listed = [asdict(step) | {"state": step.state.value} for step in steps]
        return show_result({"site": options.site, "steps": listed}, status)
    if is_none:
        said = (
            "Nothing to migrate: no dump was imported, and no old broker forwards. If you have an "
            f"old installation, solarrally migrate {options.site} --old-page URL lists the steps."
        )
        show("\n".join(wrap(said)))
        return status
    for step in steps:
        lines = wrap(step.state.line(f"{step.title}: {step.state.word}. {step.line}"), rest="  ")
        lines += wrap(f"Next: {step.next}", "  ") if step.next else []
        show("\n".join(lines))
    return status
