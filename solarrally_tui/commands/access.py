"""solarrally access SITE: who may see it, and where its passwords are."""

import argparse
import sys
from dataclasses import dataclass

from solarrally_tui.aws.door import Door
from solarrally_tui.commands.shared.terminal import run_with_door, say, show
from solarrally_tui.deployed import viewer_login
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.site.access import Access
from solarrally_tui.site.risks import PUBLIC_RISK, REGISTRATION_RISK


@dataclass(frozen=True, slots=True)
class Login:
    """One way in: what it opens, as whom, and the secret with its password."""

    opens: str
    user: str
    secret: str

    def where(self, region: str) -> str:
        """Return the console's page of the secret, from its ARN."""
        name = self.secret.rpartition(":")[2][: -len("-abcdef")]
        return f"https://{region}.console.aws.amazon.com/secretsmanager/secret?name={name}"


def run(options: argparse.Namespace) -> int:
    """Say who may see a site and where its passwords are; show them on a terminal if asked to."""
    if options.show and not sys.stdout.isatty():
        say("Passwords are shown on a terminal only, so that they end up in no file.")
        return Exit.REFUSED
    return run_with_door(options, lambda door: _access(options, door))


async def _access(options: argparse.Namespace, door: Door) -> int:
    site = await DeployedSite.open(door, options.site)
    outputs = await site.stacks.outputs("app", "edge")
    if not {"ViewerSecretArn", "AdminSecretArn", "Url"} <= set(outputs):
        say(f"The site {site.name} has no passwords yet. Deploy it first.")
        return Exit.FAILED
    logins = (
        Login(f"Dashboard {outputs['Url']}", viewer_login.USER, outputs["ViewerSecretArn"]),
        Login(
            "Administrator of the application",
            site.site.administrator.lower(),
            outputs["AdminSecretArn"],
        ),
    )
    show(_words(site.site.access))
    for login in logins:
        show(
            f"\n{login.opens}\n  user      {login.user}\n  password  "
            f"{await viewer_login.password(site.door, login.secret) if options.show else 'kept in'}"
            f"\n            {login.where(site.region)}"
        )
    if not options.show:
        say("\nAdd --show to see the passwords here.")
    return Exit.OK


def _words(access: Access) -> str:
    risks = (
        PUBLIC_RISK if access.viewing == "public" else "",
        REGISTRATION_RISK if access.open_registration else "",
        "Changing anything needs the dashboard's password too. Sign in at /signin for it."
        if access.viewing != "password"
        else "",
    )
    return "\n".join(part for part in (access.in_words(), *risks) if part)
