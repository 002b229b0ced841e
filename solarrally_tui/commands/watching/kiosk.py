"""The display of a site for a wall: status SITE --kiosk."""

import sys
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.options import SiteOptions
from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door


def run(options: SiteOptions) -> int:
    """Fill the terminal until a person stops it. Only reads."""
    if not sys.stdout.isatty():
        say("A display needs a terminal. Use solarrally status SITE --watch.")
        return Exit.USAGE
    if options.site:
        return _fill(options, options.site)
    from solarrally_tui.commands.shared.door import run_on_site

    found: list[str] = []

    async def note(options: SiteOptions, _: "Door") -> int:
        found.append(options.site)
        return Exit.OK

    status = run_on_site(options, note)
    return _fill(options, found[0]) if found else status


def _fill(options: SiteOptions, site: str) -> int:
    from solarrally_tui.commands.shared.named_keys import named_keys
    from solarrally_tui.screens.status.kiosk import KioskApp
    from solarrally_tui.wizard.engine import real_services

    services = real_services(options.profile, keys=named_keys(options), read_only=True)
    app = KioskApp(services, site)
    app.run()
    return Exit.INTERNAL if app.return_code else Exit.OK
