"""solarrally without a command: the wizard."""

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.options import CommonOptions
from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.health.bundle.archive import Bundle
    from solarrally_tui.interview.draft import Draft
    from solarrally_tui.interview.draft_store import DraftStore
    from solarrally_tui.wizard.demo_stage import Stage
    from solarrally_tui.wizard.model import RunLog

Options = CommonOptions


@dataclass(frozen=True, slots=True)
class Ended:
    """How the wizard ended."""

    status: int
    wish: str = ""
    """The command that the person wants next, or an empty string."""
    sites: tuple[str, ...] = ()
    """Names of the sites that were deployed, and not deleted again."""


def run(options: CommonOptions) -> Ended:
    """Open the wizard on the terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("The wizard needs a terminal. Use solarrally deploy FILE, or solarrally --help.")
        return Ended(Exit.USAGE)
    if os.environ.get("ACCESSIBLE"):
        say("ACCESSIBLE is set, so the full-screen wizard does not open. Get the same questions")
        say("as plain lines with solarrally init FILE, then run solarrally deploy FILE.")
        return Ended(Exit.USAGE)
    return open_wizard(options)


def open_wizard(
    options: CommonOptions,
    stage: "Stage | None" = None,
    store: "DraftStore | None" = None,
    draft: "Draft | None" = None,
) -> Ended:
    """Run the Textual app and return how it ended.

    stage: of a demonstration; store: where drafts are kept; draft: answers to begin with.
    """
    from solarrally_tui.aws import gc_pauses

    gc_pauses.limit()
    with ExitStack() as starting:
        starting.enter_context(gc_pauses.loading())
        from solarrally_tui.app import WizardApp
        from solarrally_tui.commands.shared.named_keys import named_keys
        from solarrally_tui.wizard.engine import real_services

        keys = stage.keys if stage else named_keys(options)
        services = real_services(
            options.profile, keys=keys, read_only=options.read_only, open_log=_run_log
        )
        left = None
        if draft is None and store is None:
            from solarrally_tui.interview.draft_store import DraftStore

            left = left_on_the_way(DraftStore())
        app = WizardApp(
            services, store=store, stage=stage, draft=draft or left, resumes=left is not None
        )
        app.when_prepared = starting.close
        wish = app.run() or ""
    status = Exit.INTERNAL if app.return_code else Exit.OK
    return Ended(status, wish, tuple(app.session.standing))


def left_on_the_way(drafts: "DraftStore") -> "Draft | None":
    """Return the site whose deployment was left last, to continue on Review; None without one."""
    left = next((saved for saved in drafts.all() if saved.step == "provision"), None)
    draft = drafts.load(left.name) if left else None
    if draft is not None:
        draft.step = "review"
    return draft


def open_bundle(bundle: "Bundle") -> int:
    """Show a support bundle on the Diagnosis screen; return the exit status."""
    from solarrally_tui.app import BundleApp
    from solarrally_tui.wizard.opened_bundle import session_of

    app = BundleApp(session_of(bundle))
    app.run()
    return Exit.INTERNAL if app.return_code else Exit.OK


def _run_log(command: str, site: str) -> "RunLog":
    """Open the log of a run. Imported only then: until the wizard shows, each import counts."""
    from solarrally_tui.commands.shared.event_readers import RunLogFile

    return RunLogFile(command, site)
