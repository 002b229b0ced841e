"""solarrally credentials add|list|remove: access keys in the keyring of the system."""

import argparse
import getpass
import sys

from solarrally_tui.account.credentials.keyring_store import KeyringError, KeyringStore
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.commands.shared.terminal import explain, say, show
from solarrally_tui.provisioning.engine.outcome import Exit


def run(options: argparse.Namespace) -> int:
    """Add, list or remove access keys. Keys are asked for, never taken from arguments."""
    action = {"add": _add, "list": _list, "remove": _remove}[options.action]
    try:
        return action(options)
    except KeyringError as error:
        explain(error.plain)
        return Exit.CREDENTIALS
    except (KeyboardInterrupt, EOFError):
        say("Nothing was changed.")
        return Exit.REFUSED


def _add(options: argparse.Namespace) -> int:
    store = KeyringStore()
    store.names()  # a keyring that refuses does so before anything is typed
    if not sys.stdin.isatty():
        say("Keys are typed on a terminal, so that no file or history has them. There is none.")
        return Exit.USAGE
    store.save(options.name, _asked())
    say(f"The keys are in the keyring as {options.name}. Use them with:")
    show(f"solarrally --credentials {options.name}")
    return Exit.OK


def _asked() -> Keys:
    say("Nothing that you type or paste here is shown.")
    key_id = getpass.getpass("Access key ID: ").strip()
    secret = Secret(getpass.getpass("Secret access key: ").strip())
    token = Secret("")
    if not key_id.startswith("AKIA"):
        token = Secret(getpass.getpass("Session token: ").strip())
    return Keys(key_id, secret, token)


def _list(_: argparse.Namespace) -> int:
    names = KeyringStore().names()
    for name in names:
        show(name)
    if not names:
        say("The keyring has no keys. Add some with solarrally credentials add NAME.")
    return Exit.OK


def _remove(options: argparse.Namespace) -> int:
    KeyringStore().remove(options.name)
    say(f"{options.name} is out of the keyring. AWS still knows the key.")
    say("If nobody else uses it, delete it in the IAM console as well.")
    return Exit.OK
