"""solarrally credentials add|list|remove: access keys in the system's keyring."""

import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_actions, carry_out
from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.keys import Keys


@dataclass(frozen=True, slots=True)
class NameOptions(CommonOptions):
    """What add and remove take."""

    name: str


def add(parser: CommandParser) -> None:
    """Add the command's actions."""
    add_action = add_actions(parser)
    adding = add_action("add", "Ask for an access key without showing it; save it in the keyring.")
    adding.add_argument("name", metavar="NAME", help="name to use with --credentials")
    carry_out(
        adding,
        lambda options: _guarded(lambda: _add(options.name)),
        NameOptions,
        example="solarrally credentials add work",
    )
    listing = add_action("list", "List the names in the keyring.")
    carry_out(
        listing, lambda _: _guarded(_list), CommonOptions, example="solarrally credentials list"
    )
    removing = add_action("remove", "Remove an access key from the keyring; AWS keeps it.")
    removing.add_argument("name", metavar="NAME", help="name in the keyring")
    carry_out(
        removing,
        lambda options: _guarded(lambda: _remove(options.name)),
        NameOptions,
        example="solarrally credentials remove work",
    )


def _guarded(action: Callable[[], int]) -> int:
    try:
        return action()
    except (KeyboardInterrupt, EOFError):
        say("Nothing was changed.")
        return Exit.REFUSED


def _add(name: str) -> int:
    from solarrally_tui.account.credentials.keyring_store import KeyringStore

    store = KeyringStore()
    store.names()  # a keyring that refuses does so before anything is typed
    if not sys.stdin.isatty():
        say("Access keys are typed on a terminal, so that no file or history keeps them.")
        say("There is no terminal.")
        return Exit.USAGE
    store.save(name, _ask_for_keys())
    say(f"The access key is in the keyring as {name}. Use it with:")
    show(f"solarrally --credentials {name}")
    return Exit.OK


def _ask_for_keys() -> "Keys":
    from solarrally_tui.aws.keys import Keys, Secret

    say("What you type or paste here is not shown.")
    key_id = getpass.getpass("Access key ID: ").strip()
    secret = Secret(getpass.getpass("Secret access key: ").strip())
    token = Secret("")
    # Only the access keys of IAM users begin so; every other kind comes with a session token.
    if not key_id.startswith("AKIA"):
        token = Secret(getpass.getpass("Session token: ").strip())
    return Keys(key_id, secret, token)


def _list() -> int:
    from solarrally_tui.account.credentials.keyring_store import KeyringStore

    names = KeyringStore().names()
    for name in names:
        show(name)
    if not names:
        say("The keyring has no access keys. Add one with: solarrally credentials add NAME")
    return Exit.OK


def _remove(name: str) -> int:
    from solarrally_tui.account.credentials.keyring_store import KeyringStore

    KeyringStore().remove(name)
    say(f"{name} was removed from the keyring. The access key still works in AWS.")
    say("If nothing else uses it, delete it in the IAM console, too.")
    return Exit.OK
