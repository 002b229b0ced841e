"""The keys of all screens. A key means the same everywhere, so screens take theirs from here.

F2 is the screen's own action, F3 opens details over the screen, and F4 leads to the next place,
whose name it bears. F1, F5 and F6 are the same on every screen. docs/keys.md lists them all.
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
"""Shows a letter at each field, list and button: the letter leads to it."""
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
STAGE: Final = (
    Binding("f7", "stage('scenario')", "Scenario", show=False, id="scenario"),
    Binding("f8", "stage('pause')", "Pause or resume", show=False, id="pause"),
    Binding("f9", "stage('faster')", "Faster", show=False, id="faster"),
    Binding("shift+f9", "stage('normal')", "Normal pace", show=False, id="normal"),
    Binding("f10", "stage('restart')", "Restart the demo", show=False, id="restart"),
)
"""Of a demonstration; real accounts have none."""


def own(action: str, label: str) -> Binding:
    """Return F2: what only this screen does."""
    return Binding("f2", action, label)


def details(action: str, label: str) -> Binding:
    """Return F3: more about what the screen shows, in a dialog."""
    return Binding("f3", action, label)


def place(action: str, label: str) -> Binding:
    """Return F4: the next place, by its name."""
    return Binding("f4", action, label)


def closes(*keys: str) -> Binding:
    """Return the keys that close a dialog: Escape, and those that opened it."""
    return Binding(",".join(("escape", *keys)), "close", "Close")
