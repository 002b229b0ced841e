"""A wizard into which a secret is pasted, and which then crashes with the secret in its locals.

Run by test_account_canary.py in a process of its own: python crash_program.py WHERE, with the
secret on standard input. WHERE is screen, worker or thread.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from solarrally_tui.app import WizardApp
from solarrally_tui.screens.account.paste import PasteScreen
from solarrally_tui.wizard.engine import real_services


def crash(self: PasteScreen) -> None:
    text = self.query_one("#secret", Input).value
    keys = {"secret": text, "again": [text] * 3}
    raise RuntimeError(f"a fault while {len(keys)} values were held")


def crash_in_worker(self: PasteScreen) -> None:
    async def work(held: str) -> None:
        raise RuntimeError(f"a fault while {len(held)} characters were held")

    self.run_worker(work(self.query_one("#secret", Input).value), name="crash")


def crash_in_thread(self: PasteScreen) -> None:
    def work(held: str) -> None:
        raise ValueError(held)

    async def wait(held: str) -> None:
        await asyncio.to_thread(work, held)

    self.run_worker(wait(self.query_one("#secret", Input).value), name="crash")


WHERE: dict[str, Callable[[PasteScreen], None]] = {
    "screen": crash,
    "worker": crash_in_worker,
    "thread": crash_in_thread,
}


def pasting(secret: str, where: str) -> Any:
    async def paste_and_crash(pilot: Pilot[Any]) -> None:
        app = pilot.app
        await pilot.pause()
        screen = PasteScreen(app.session.services.accounts)  # type: ignore[attr-defined]
        await app.push_screen(screen)
        await pilot.pause()
        screen.query_one("#secret", Input).value = secret
        await pilot.pause()
        PasteScreen.action_help = WHERE[where]  # type: ignore[method-assign]
        await pilot.press("f1")
        await pilot.pause(1)

    return paste_and_crash


if __name__ == "__main__":
    app = WizardApp(real_services())
    app.run(headless=True, auto_pilot=pasting(sys.stdin.read(), sys.argv[1]))
    sys.exit(app.return_code or 0)
