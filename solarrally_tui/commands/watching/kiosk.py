"""The display of a site for a wall: status SITE --kiosk."""

import sys

from solarrally_tui.commands.shared.options import CommonOptions
from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.provisioning.engine.outcome import Exit


def run(options: CommonOptions, site: str) -> int:
    """Fill the terminal until a person stops it. Only reads."""
    if not sys.stdout.isatty():
        say("A display needs a terminal. Use solarrally status SITE --watch.")
        return Exit.USAGE
    from solarrally_tui.commands.shared.named_keys import named_keys
    from solarrally_tui.screens.status.kiosk import KioskApp
    from solarrally_tui.wizard.engine import real_services

    services = real_services(options.profile, keys=named_keys(options), read_only=True)
    app = KioskApp(services, site)
    app.run()
    return Exit.INTERNAL if app.return_code else Exit.OK
