"""solarrally clone SITE|FILE --as NAME: the answers of a site as the site file of another one."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.pricing.priced_site import price_sentence
from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import is_file, read_site, say, show, show_result
from solarrally_tui.computer.folders import why_not
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.site.cloning import Change
    from solarrally_tui.site.model import Site


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What clone takes."""

    site: str
    name: str
    region: str
    domain: str
    to: Path | None
    force: bool
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.add_argument("site", metavar="SITE|FILE", help="name of a deployed site, or a site file")
    parser.add_argument(
        "--as", dest="name", required=True, metavar="NAME", help="name of the new site"
    )
    parser.add_argument(
        "--in",
        dest="region",
        default="",
        metavar="REGION",
        help="Region of the new site; without it, the same",
    )
    parser.add_argument(
        "--domain",
        default="",
        metavar="NAME",
        help="domain name of the new site; without it, it gets an address from AWS",
    )
    parser.add_argument(
        "--to", type=Path, metavar="FILE", help="site file to write; without it, NAME.toml"
    )
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    add_json(parser)
    parser.epilog = (
        "Only answers are copied: no password, no charger and no data. What two sites cannot share "
        "is changed, and named with the reason."
    )
    carry_out(
        parser,
        run,
        Options,
        example="solarrally clone barn --as mill\n"
        "solarrally clone barn.toml --as mill --in eu-west-1 --domain mill.example.com",
    )


def run(options: Options) -> int:
    """Write the site file of the clone."""
    from solarrally_tui.commands.shared.door import run_with_door

    if is_file(options.site):
        site = read_site(Path(options.site))
        return Exit.INVALID_SITE if site is None else _write(options, site)
    return run_with_door(options, lambda door: _deployed(options, door))


async def _deployed(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed import record

    return _write(options, (await record.read(door, options.site)).site)


def _write(options: Options, site: "Site") -> int:
    from solarrally_tui.site.cloning import clone
    from solarrally_tui.site.files import save
    from solarrally_tui.site.problems import SiteError

    if options.name == site.name:
        say(f"{options.name} is the name of the site itself. Choose another one with --as.")
        return Exit.USAGE
    try:
        copy, changes = clone(site, options.name, options.region, options.domain)
    except SiteError as error:
        say(
            "These answers do not describe a site.", *(f"  {problem}" for problem in error.problems)
        )
        return Exit.INVALID_SITE
    path = options.to or Path(f"{copy.name}.toml")
    if path.exists() and not options.force:
        say(f"{path} exists. Choose another name with --to, or add --force to replace it.")
        return Exit.REFUSED
    try:
        save(copy, path)
    except OSError as error:
        say(f"{path} cannot be written. {why_not(error)}")
        return Exit.FAILED
    if options.json:
        return show_result({"file": str(path), "changes": [_as_json(c) for c in changes]}, Exit.OK)
    show(fit(f"{path} has the answers of {site.name}, except:"))
    for change in changes:
        show(fit(f"  {change.path} = {_shown(change.after)}  {change.reason}"))
    say(price_sentence(copy))
    say(f"What it consists of: solarrally estimate {path}")
    say(f"To deploy it: solarrally deploy {path}")
    return Exit.OK


def _as_json(change: "Change") -> dict[str, object]:
    return {
        "path": change.path,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
    }


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) or '""'
