"""solarrally without a command: the wizard."""

import argparse
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solarrally_tui.account.credentials.keyring_store import KeyringError
from solarrally_tui.commands.shared.terminal import explain, named_keys, say
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.interview.draft import Draft
    from solarrally_tui.interview.draft_store import DraftStore
    from solarrally_tui.wizard.demo_stage import Stage


def run(options: argparse.Namespace) -> int:
    """Open the wizard on the terminal. options.wish is what the person wants next, if anything."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("The wizard needs a terminal. Use solarrally deploy FILE, or solarrally --help.")
        return Exit.USAGE
    if os.environ.get("ACCESSIBLE"):
        say("ACCESSIBLE is set, so the full-screen wizard stays closed. The same questions, in")
        say("plain lines: solarrally init FILE. Then: solarrally deploy FILE.")
        return Exit.USAGE
    ended = open_wizard(options)
    options.wish = ended.wish
    return ended.status


@dataclass(frozen=True, slots=True)
class Ended:
    """How the wizard ended. wish: the command that the person wants next, or an empty string."""

    status: int
    wish: str = ""


def open_wizard(
    options: argparse.Namespace,
    stage: "Stage | None" = None,
    store: "DraftStore | None" = None,
    draft: "Draft | None" = None,
) -> Ended:
    """Run the Textual app and tell how it ended.

    stage: of a demonstration; store: where drafts are kept; draft: answers to begin with.
    """
    from solarrally_tui.app import WizardApp
    from solarrally_tui.aws import gc_pauses
    from solarrally_tui.commands.shared.event_readers import RunLog
    from solarrally_tui.wizard.engine import real_services

    try:
        keys = named_keys(options)
    except KeyringError as error:
        explain(error.plain)
        return Ended(Exit.CREDENTIALS)
    services = real_services(
        options.profile, keys=keys, read_only=options.read_only, open_log=RunLog
    )
    app = WizardApp(services, store=store, stage=stage, draft=draft)
    gc_pauses.limit()
    wish = app.run() or ""
    return Ended(app.return_code or 0, wish)
