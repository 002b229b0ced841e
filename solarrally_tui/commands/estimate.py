"""solarrally estimate FILE."""

import argparse
import json
from dataclasses import asdict

from solarrally_tui.commands.common import read_site, show
from solarrally_tui.pricing.estimate import Estimate, estimate
from solarrally_tui.provisioning.outcome import Exit


def run(options: argparse.Namespace) -> int:
    """Price a site, offline."""
    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    priced = estimate(site)
    show(_json(priced) if options.json else _table(priced))
    return Exit.OK


def _json(priced: Estimate) -> str:
    return json.dumps(asdict(priced), default=float)


def _table(priced: Estimate) -> str:
    rows = [
        f"{line.stack:<11} {line.service:<20} {line.item[:40]:<40} {line.monthly:>9.2f}"
        for line in priced.lines
        if line.monthly
    ]
    total = f"{priced.expected:.2f} USD a month, between {priced.low:.2f} and {priced.high:.2f}."
    return "\n".join([*rows, "", f"{total} Prices of {priced.prices_as_of}, {priced.region}."])
