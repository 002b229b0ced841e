"""What the wizard does to a site with commands of its own, and what is said before a deletion."""

from pathlib import Path

from solarrally_tui.provisioning.engine.outcome import Exit
from tests.journey.journey_setup import Journey, solarrally
from tests.journey.terminal_setup import Terminal

UP, DOWN, ESCAPE, QUIT = "\x1b[A", "\x1b[B", "\x1b", "\x11"
END = "\x1b[F"
_BEFORE_DRILL = (
    *(f"solarrally {one} " for one in ("users list", "rotate", "chargers add", "update")),
    "No earlier release is kept",
    "solarrally maintain ",
    "Name your fork in the site file first",
)
"""What is said of the operations below the first one: their commands, or what they need."""
_DRILL = "solarrally drill "
_BETWEEN = (
    "solarrally import ",
    "Copy backups to Region",
    "solarrally status ",
    "solarrally migrate ",
)
_BEFORE_EXPORT = (*_BEFORE_DRILL, _DRILL, *_BETWEEN)
_ABOVE_EXPORT = (*reversed(_BETWEEN), _DRILL)


def operations_run_in_the_terminal_of_the_wizard(small: Journey, folder: Path) -> None:
    with Terminal(small.account, folder) as wizard:
        wizard.until(f"{'small':<22}")
        for _ in range(2):  # its cursor blinks: the field has the focus
            wizard.until("for example sunny-garage")
        wizard.press("\t")
        wizard.until(f"{'small':<22}")
        wizard.press("\r")
        wizard.until("Checked at")

        _choose(wizard, *_BEFORE_EXPORT, "solarrally export ")
        wizard.until("New folder")
        wizard.press(*"\x7f" * len("~/small-terraform"), "exported", "\r")
        wizard.until("Export: done.")
        assert (folder / "exported" / "README.md").is_file()
        _leave(wizard)

        for words in _ABOVE_EXPORT:
            wizard.press(UP)
            wizard.until(words)
        wizard.press("\r")
        asked = wizard.until("Type small to confirm.")
        assert "USD an hour while it exists" in " ".join(asked.replace("│", " ").split())
        wizard.press("another", "\r")
        wizard.until("That is not small. Nothing was done.")
        _leave(wizard)

        wizard.press(END)
        wizard.until("solarrally destroy small")
        wizard.press("\r")
        wizard.until("Type small to confirm.")
        wizard.press(ESCAPE)
        wizard.press(QUIT)
        assert wizard.ended() == Exit.OK


def _choose(wizard: Terminal, *said: str) -> None:
    """Choose the operation of which the last of these is said, by way of those above it."""
    _open(wizard)
    for words in said:
        wizard.press(DOWN)
        wizard.until(words)
    wizard.press("\r")


def _leave(wizard: Terminal) -> None:
    """Leave an operation for the list, with the cursor on its row."""
    wizard.press(ESCAPE)
    wizard.until("Enter does it, and asks before")


def _open(wizard: Terminal) -> None:
    """Open the list of operations, from Status by way of the hand-over."""
    wizard.press("h")
    wizard.until("R shows the passwords")
    wizard.press("p")
    wizard.until("Enter does it, and asks before")


def a_deletion_says_first_what_is_lost(small: Journey, folder: Path) -> None:
    names = ("lost-1", "lost-2")
    place = ("--site", "small", "--to", str(folder / "keys"))
    assert solarrally(small.account, folder, "chargers", "add", *names, *place).code == 0
    with Terminal(small.account, folder, "destroy", "small") as command:
        said = command.until("Type the site's name to delete it.")
        assert "their certificates stop working." in said
        assert "Final database snapshot: 1.90 USD a month at most." in said
        command.press("another\n")
        command.until("Nothing was changed.")
        assert command.ended() == Exit.REFUSED
