"""solarrally plan FILE: what deploy would do, without doing it."""

import argparse
import json

from solarrally_tui.aws.door import Door
from solarrally_tui.commands.shared.terminal import explain, read_site, run_with_door, say, show
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.preview.preview import preview
from solarrally_tui.provisioning.preview.render import lines, to_json
from solarrally_tui.site.model import Site


def run(options: argparse.Namespace) -> int:
    """Say what deploying a site file would change, and what data that would lose."""
    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    return run_with_door(options, lambda door: _plan(options, site, door), site.region)


async def _plan(options: argparse.Namespace, site: Site, door: Door) -> int:
    try:
        plan = await preview(site, door)
    except StepError as error:
        explain(error.plain)
        return error.exit_code
    if plan.trouble:
        say("AWS was not asked for everything.", plan.trouble.what)
    if options.json:
        show(json.dumps(to_json(plan), indent=1))
    else:
        show("\n".join(lines(plan)))
    return Exit.OK
