"""The keys of all screens. A key means the same everywhere, so screens take theirs from here.

What only few screens do has a key of its own: Ctrl and a letter where a screen has fields, a letter
elsewhere. docs/keys.md lists them all.
"""

from typing import Final

from textual.binding import Binding

BACK: Final = Binding("escape", "back", "Back", id="back")
CLOSE: Final = Binding("escape", "close", "Close")
"""Of a dialog."""
QUIT: Final = Binding("ctrl+q", "app.quit", "Quit", priority=True, id="quit")
MORE: Final = Binding("ctrl+p", "app.command_palette", "More", show=False, priority=True)
"""All actions; the footer names it last, and always where not all keys fit."""
PRESENT: Final = Binding("f12", "app.present", "Presenter", show=False, priority=True)
SUSPEND: Final = Binding("ctrl+z", "app.suspend_process", "Suspend", show=False, priority=True)
JUMP: Final = Binding("ctrl+o", "jump", "Jump")
"""Shows a letter at each field, list, button and step: the letter leads to it."""
NEXT: Final = Binding("ctrl+n", "next", "Next", id="next")
HELP: Final = Binding("f1", "help", "Help", id="help")
REFRESH: Final = Binding("f5", "check_again", "Refresh", id="refresh")
COPY: Final = Binding("f6", "copy_value", "Copy", id="copy")
COPY_QUIETLY: Final = Binding("f6", "copy_value", "Copy", show=False, id="copy")
"""Copying works on every screen; the footer names it only where a screen is made for it."""
DASHBOARD: Final = Binding("o", "dashboard", "Dashboard", show=False, id="dashboard")
SCROLL: Final = (
    Binding("pageup", "scroll_body(-1)", show=False),
    Binding("pagedown", "scroll_body(1)", show=False),
)
BESIDE: Final = (
    Binding("left", "beside(-1)", show=False),
    Binding("right", "beside(1)", show=False),
)
"""Among buttons that stand in a row."""
STAGE: Final = (
    Binding("f7", "stage('scenario')", "Scenario", show=False, id="scenario"),
    Binding("f8", "stage('pause')", "Pause or resume the demo", show=False, id="pause"),
    Binding("f9", "stage('faster')", "Demo faster", show=False, id="faster"),
    Binding("shift+f9", "stage('normal')", "Demo at normal pace", show=False, id="normal"),
    Binding("f10", "stage('restart')", "Restart the demo", show=False, id="restart"),
)
"""Of a demonstration; real accounts have none."""

REVOKE: Final = Binding("x", "revoke", "Revoke")
NEW_KEY: Final = Binding("n", "new_key", "New key", show=False)
FLEET: Final = Binding("f2", "fleet", "Fleet")
DETAILS: Final = Binding("f3", "details", "Details")
"""All that there is to what the screen shows, in a dialog."""
DIAGNOSIS: Final = Binding("f4", "diagnose", "Diagnosis")
HANDOVER: Final = Binding("h", "handover", "Hand-over")
OPERATIONS: Final = Binding("p", "operations", "Operations")
SIGN_IN: Final = Binding("ctrl+l", "choose", "Other credentials", show=False)
ROLE: Final = Binding("ctrl+r", "role", "Deployer role", show=False)
SEND: Final = Binding("ctrl+y", "send_mail", "Send e-mail", show=False)
CURVE: Final = Binding("ctrl+g", "curve", "By chargers", show=False)
RUN: Final = Binding("d", "run", "What stopped it", show=False)
ANYWAY: Final = Binding("y", "anyway", "Deploy anyway", show=False)
ANSWER: Final = Binding("e", "answer", "Its answer", show=False)
LINK: Final = Binding("l", "link", "Link", show=False)
QUOTE: Final = Binding("ctrl+t", "quote", "Quote", show=False)


def closes(*keys: str) -> Binding:
    """Return the keys that close a dialog: Escape, and those that opened it."""
    return Binding(",".join(("escape", *keys)), "close", "Close")
