"""solarrally alerts list|subscribe|confirm|test SITE: who gets the site's alerts by e-mail."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteOptions,
    add_actions,
    add_json,
    add_site,
    add_site_or_only,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.account.billing_alerts import Recipient
    from solarrally_tui.aws.door import Door
    from solarrally_tui.deployed.site import DeployedSite

_ACTIONS: Final = (
    ("list", "List who gets the alerts, and what keeps somebody from getting them.", "barn"),
    ("subscribe", "Subscribe the site's address again. AWS sends an e-mail to confirm.", "barn"),
    (
        "confirm",
        "Confirm with the link of AWS's e-mail, so that no later link unsubscribes.",
        "barn 'https://sns.us-east-1.amazonaws.com/?...'",
    ),
    ("test", "Send a test message to everybody who has confirmed.", "barn"),
)


@dataclass(frozen=True, slots=True)
class Options(SiteOptions):
    """What every action takes."""

    link: str
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's actions."""
    parser.epilog = "exit status of list: 0 somebody has confirmed, 10 not everybody, 11 nobody"
    add_action = add_actions(parser)
    for name, text, words in _ACTIONS:
        action = add_action(name, text)
        (add_site_or_only if name == "list" else add_site)(action)
        action.set_defaults(link="")
        if name == "confirm":
            action.add_argument(
                "link",
                metavar="LINK",
                help='address of "Confirm subscription" in the e-mail, in quotes, or its token; '
                "copy it, do not open it",
            )
        add_json(action)
        example = f"solarrally alerts {name} {words}"
        carry_out(action, partial(_run, name), Options, example=example)


def _run(action: str, options: Options) -> int:
    from solarrally_tui.account.billing_alerts import token_in
    from solarrally_tui.commands.shared.door import run_on_site

    if action == "confirm" and not token_in(options.link):
        say("This is no link of AWS's confirmation e-mail: it has no Token. Put it in quotes.")
        return Exit.USAGE
    return run_on_site(options, partial(_do, action))


async def _do(action: str, options: Options, door: "Door") -> int:
    from solarrally_tui.account import billing_alerts
    from solarrally_tui.deployed.site import DeployedSite

    site = await DeployedSite.open(door, options.site)
    topic = (await site.stacks.outputs("bootstrap"))["AlertTopicArn"]
    email = site.site.alerts.email
    if action == "subscribe":
        await billing_alerts.resend_confirmation(site.door, topic, email)
        say(
            f"AWS sends an e-mail to {email}. Copy the link of Confirm subscription in it, then run"
        )
        say(f"solarrally alerts confirm {site.name} LINK")
    elif action == "confirm":
        await billing_alerts.confirm(site.door, topic, billing_alerts.token_in(options.link))
        say("Confirmed. Only credentials of the account can end the subscription now.")
    elif action == "test":
        await billing_alerts.send_test(site.door, topic, site.name)
        say("A test message is on its way to everybody who has confirmed.")
    return _show(options, site, await billing_alerts.recipients(site.door, topic))


def _show(options: Options, site: "DeployedSite", found: "list[Recipient]") -> int:
    from solarrally_tui.account.billing_alerts import Delivery
    from solarrally_tui.text.table import columns

    confirmed = [one for one in found if one.delivery is Delivery.CONFIRMED]
    current = [one for one in found if one.delivery is not Delivery.UNSUBSCRIBED]
    status = Exit.FAIL if not confirmed else Exit.WARN if current != confirmed else Exit.OK
    if options.json:
        listed = [
            {"email": one.email, "state": one.delivery.value, "protected": one.protected}
            for one in found
        ]
        return show_result({"site": site.name, "recipients": listed}, status)
    if not found:
        show("Nobody is subscribed to the alerts.")
    for line in columns([(one.email, _in_words(one)) for one in found]):
        show(line)
    return status


def _in_words(recipient: "Recipient") -> str:
    from solarrally_tui.account.billing_alerts import Delivery

    if recipient.delivery is Delivery.PENDING:
        return "has not confirmed yet"
    if recipient.delivery is Delivery.UNSUBSCRIBED:
        return "was unsubscribed by the link in an e-mail"
    if recipient.protected:
        return "gets alerts; only credentials of the account can end that"
    return "gets alerts; the link in each of them unsubscribes"
