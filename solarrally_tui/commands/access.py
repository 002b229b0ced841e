"""solarrally access SITE: who can access it, and where its passwords are stored."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import SiteOptions, add_site_or_only, carry_out
from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.site.access import Access


@dataclass(frozen=True, slots=True)
class Options(SiteOptions):
    """What access takes."""

    show: bool


@dataclass(frozen=True, slots=True)
class Login:
    """One way in: what it opens, as whom, and the secret with its password."""

    opens: str
    user: str
    secret: str

    def console_page(self, region: str) -> str:
        """Return the console's page of the secret, from its ARN."""
        # Secrets Manager adds a hyphen and six characters to the name in the ARN.
        name = self.secret.rpartition(":")[2][: -len("-abcdef")]
        return f"https://{region}.console.aws.amazon.com/secretsmanager/secret?name={name}"


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site_or_only(parser)
    parser.add_argument("--show", action="store_true", help="show the passwords on the terminal")
    carry_out(parser, run, Options, example="solarrally access barn\nsolarrally access barn --show")


def run(options: Options) -> int:
    """Show who can access a site and where its passwords are; the passwords only on request."""
    from solarrally_tui.commands.shared.door import run_on_site

    if options.show and not sys.stdout.isatty():
        say("Passwords are shown only on a terminal, so that no file keeps them.")
        return Exit.REFUSED
    return run_on_site(options, _access)


async def _access(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.dashboard import viewer_login
    from solarrally_tui.deployed.dashboard.site_http import browsable
    from solarrally_tui.deployed.site import DeployedSite

    site = await DeployedSite.open(door, options.site)
    outputs = await site.stacks.outputs("app", "edge")
    if not {"ViewerSecretArn", "AdminSecretArn", "Url"} <= set(outputs):
        say(f"The site {site.name} has no passwords yet. Deploy it first.")
        return Exit.FAILED
    url, administrator = browsable(outputs["Url"]), site.site.administrator.lower()
    logins = (
        Login(f"Dashboard {url}", viewer_login.USER, outputs["ViewerSecretArn"]),
        Login(
            "Administrator of the application, for its API",
            administrator,
            outputs["AdminSecretArn"],
        ),
    )
    show(fit(_words(site.site.access)))
    for login in logins:
        password = (
            await viewer_login.password(site.door, login.secret) if options.show else "stored in"
        )
        show(
            f"\n{login.opens}\n  user      {login.user}\n  password  {password}"
            f"\n            {login.console_page(site.region)}"
        )
    say(
        f"\nEverybody, the administrator too, signs in to the page at {url}/signin as "
        f"{viewer_login.USER}. solarrally users changes who can sign in to the application's API."
    )
    if not options.show:
        say("\nAdd --show to see the passwords here.")
    return Exit.OK


def _words(access: "Access") -> str:
    from solarrally_tui.site.risks import PUBLIC_RISK, REGISTRATION_RISK

    risks = (
        PUBLIC_RISK if access.viewing == "public" else "",
        REGISTRATION_RISK if access.open_registration else "",
        "Every change needs the dashboard's password. Sign in at /signin."
        if access.viewing != "password"
        else "",
    )
    return "\n".join(part for part in (access.in_words(), *risks) if part)
