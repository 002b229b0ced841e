"""solarrally validate FILE."""

import argparse

from solarrally_tui.commands.shared.terminal import read_site, show
from solarrally_tui.provisioning.engine.outcome import Exit


def run(options: argparse.Namespace) -> int:
    """Check a site file and say what is wrong with it."""
    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    show(f"{options.file} is valid: site {site.name}, tier {site.tier.value}, {site.region}.")
    return Exit.OK
