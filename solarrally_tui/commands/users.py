"""solarrally users list|add|remove|reset-password SITE: who can sign in to the application."""

import argparse
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteOptions,
    add_actions,
    add_json,
    add_site,
    add_site_or_only,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import (
    confirm,
    say,
    show,
    show_refusal,
    show_result,
)
from solarrally_tui.computer.wizard_child import in_wizard
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.provisioning.operations.users import Request, User

_ROLES = ("admin", "operator", "user", "guest")


@dataclass(frozen=True, slots=True)
class Options(SiteOptions):
    """What every action takes."""

    email: str
    role: str
    password_stdin: bool
    yes: bool
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's actions."""
    add_action = add_actions(parser)
    for name, text, words in (
        ("list", "List the users of the application.", "barn"),
        (
            "add",
            "Add a user. The new password is shown once.",
            "barn anne@example.com --role operator",
        ),
        (
            "remove",
            "Remove a user. Their charging sessions stay, without a name.",
            "barn anne@example.com",
        ),
        (
            "reset-password",
            "Give a user a new password, which is shown once.",
            "barn anne@example.com",
        ),
    ):
        action = add_action(name, text)
        (add_site_or_only if name == "list" else add_site)(action)
        action.set_defaults(email="", role="", password_stdin=False, yes=False)
        if name != "list":
            action.add_argument("email", metavar="EMAIL", type=_email, help="the user's address")
        if name == "add":
            action.add_argument(
                "--role", choices=_ROLES, default="user", help="what they may do; default: user"
            )
        if name in ("add", "reset-password"):
            action.add_argument(
                "--password-stdin",
                action="store_true",
                help="read the password from standard input instead of making one up",
            )
        if name == "remove":
            action.add_argument("--yes", action="store_true", help="do not ask for confirmation")
        add_json(action)
        example = f"solarrally users {name} {words}"
        carry_out(action, partial(_run, name), Options, example=example)


def _email(text: str) -> str:
    name, _, host = text.partition("@")
    if not name or not host or any(c.isspace() for c in text) or "@" in host:
        msg = f"{text} is not an e-mail address"
        raise argparse.ArgumentTypeError(msg)
    return text


def _run(action: str, options: Options) -> int:
    from solarrally_tui.commands.shared.door import run_on_site
    from solarrally_tui.provisioning.operations.users import Request, new_password

    makes_one_up = action in ("add", "reset-password") and not options.password_stdin
    if makes_one_up and not sys.stdout.isatty():
        say(
            "A new password is shown only on a terminal, so that no file keeps it. Give one with "
            "--password-stdin."
        )
        return Exit.REFUSED
    password = new_password() if makes_one_up else ""
    if options.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if problem := _problem(password):
            say(problem)
            return Exit.USAGE
    if action == "remove" and not options.yes:
        question = (
            f"This removes {options.email} from {options.site}. Type the address to continue."
        )
        if not confirm(question, options.email):
            say("Nothing was changed.")
            return Exit.REFUSED
    request = Request(action, options.email, options.role, password)
    shown = password if makes_one_up else ""
    return run_on_site(options, partial(_do, request, shown))


def _problem(password: str) -> str:
    from solarrally_tui.provisioning.operations.users import LONGEST_PASSWORD, SHORTEST_PASSWORD

    if len(password) < SHORTEST_PASSWORD:
        return f"The password on standard input has fewer than {SHORTEST_PASSWORD} characters."
    if len(password.encode()) > LONGEST_PASSWORD:
        return f"The password on standard input has more than {LONGEST_PASSWORD} bytes."
    return ""


async def _do(request: "Request", shown: str, options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.provisioning.engine.steps import StepError
    from solarrally_tui.provisioning.operations.users import carry_out as do

    site = await DeployedSite.open(door, options.site)
    if not options.json and not in_wizard():
        say("A task in the account does this. It takes about a minute.")
    try:
        users = await do(request, site)
    except StepError as error:
        return show_refusal(error, as_json=options.json)
    if options.json:
        listed = [
            {"email": u.email, "role": u.role, "active": u.is_active, "last_login": u.last_login}
            for u in users
        ]
        return show_result({"users": listed} if request.action == "list" else {}, Exit.OK)
    show(_table(users) if request.action == "list" else _done(request, shown))
    return Exit.OK


def _table(users: "tuple[User, ...]") -> str:
    from solarrally_tui.text.table import columns

    rows = [("E-mail", "Role", "Last sign-in", "")]
    rows += [
        (u.email, u.role, u.last_login[:16].replace("T", " "), "" if u.is_active else "inactive")
        for u in users
    ]
    if not any(u.last_login for u in users):  # many versions of the application never store it
        rows = [(email, role, "", active) for email, role, _, active in rows]
    return "\n".join(columns(rows))


def _done(request: "Request", shown: str) -> str:
    words = {
        "add": f"{request.email} can sign in with the role {request.role}.",
        "remove": f"{request.email} is removed.",
        "reset-password": f"{request.email} has a new password.",
    }[request.action]
    return f"{words}\npassword  {shown}\nIt is not shown again." if shown else words
