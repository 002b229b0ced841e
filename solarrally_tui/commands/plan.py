"""solarrally plan FILE: what deploy would do, without doing it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    CommonOptions,
    add_json,
    add_site_file,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import (
    explain,
    read_site,
    say,
    show,
    show_result,
)
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.site.model import Site


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What plan takes."""

    file: Path
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site_file(parser)
    add_json(parser)
    carry_out(
        parser, run, Options, example="solarrally plan barn.toml\nsolarrally plan barn.toml --json"
    )


def run(options: Options) -> int:
    """Show what deploying a site file would change, and what data that would lose."""
    from solarrally_tui.commands.shared.door import run_with_door

    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    return run_with_door(options, lambda door: _plan(options, site, door), site.region)


async def _plan(options: Options, site: "Site", door: "Door") -> int:
    from solarrally_tui.provisioning.engine.steps import StepError
    from solarrally_tui.provisioning.preview.outlook import outlook
    from solarrally_tui.provisioning.preview.preview import preview
    from solarrally_tui.provisioning.preview.render import lines, to_json

    try:
        plan = await preview(site, door)
    except StepError as error:
        explain(error.plain)
        return error.exit_code
    if plan.trouble:
        say("The plan is incomplete: AWS did not answer every question.", plan.trouble.what)
    expected = outlook(site, plan)
    if options.json:
        return show_result(to_json(plan, expected), Exit.OK)
    show("\n".join(lines(plan, expected)))
    if plan.is_new:
        say(f"Where it goes: solarrally estimate {options.file}")
    return Exit.OK
