"""solarrally export SITE|FILE: Terraform and other files that an engineer takes over."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import is_file, read_site, say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.site.model import Site
    from solarrally_tui.terraform.folder import Deployed


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What export takes."""

    site: str
    to: Path
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "site",
        metavar="SITE|FILE",
        help="name of a deployed site, whose resources Terraform then imports, or a site file",
    )
    parser.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="new or empty folder"
    )
    add_json(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally export barn --to barn-terraform\n"
        "solarrally export barn.toml --to barn-terraform",
    )


def run(options: Options) -> int:
    """Write the folder of a site."""
    from solarrally_tui.commands.shared.door import run_with_door

    if options.to.exists() and (not options.to.is_dir() or any(options.to.iterdir())):
        say(f"{options.to} is not empty. Name a new folder: an export is never merged into one.")
        return Exit.USAGE
    if is_file(options.site):
        site = read_site(Path(options.site))
        return Exit.INVALID_SITE if site is None else _write(options, site, None)
    return run_with_door(options, lambda door: _export(options, door))


async def _export(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.provisioning.deployment.exported import look

    site = await DeployedSite.open(door, options.site)
    return _write(options, site.site, await look(site))


def _write(options: Options, site: "Site", deployed: "Deployed | None") -> int:
    from solarrally_tui.provisioning.deployment.budget import monthly_budget
    from solarrally_tui.provisioning.deployment.builds.build_source import BROKER_SOURCE_IMAGE
    from solarrally_tui.site.atomic import write_atomically
    from solarrally_tui.terraform.folder import contents

    written = contents(site, monthly_budget(site), BROKER_SOURCE_IMAGE, deployed)
    for path, content in written.items():
        write_atomically(options.to / path, content)
    if options.json:
        return show_result({"folder": str(options.to), "files": sorted(written)}, Exit.OK)
    show(fit(f"{len(written)} files are in {options.to.absolute()}. Begin with its README.md."))
    if deployed:
        say("Nothing in the account was changed. Terraform takes the site over when you apply it.")
    return Exit.OK
