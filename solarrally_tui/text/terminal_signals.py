"""What a terminal shows outside its text: its title, the bell, a notification of the desktop.

Terminals ignore the sequences that they do not know. SOLARRALLY_NOTIFY=off leaves all of them out.
"""

from collections.abc import Mapping
from typing import Final

from solarrally_tui.text.control_characters import in_one_line

BELL: Final = "\a"
KEEP_TITLE: Final = "\x1b[22;2t"
"""Lets the terminal remember its title (xterm, ctlseqs: XTWINOPS)."""
RETURN_TITLE: Final = "\x1b[23;2t"

_WITHOUT: Final = frozenset({"", "dumb", "linux"})
"""Terminals that would print the sequences, or have no title."""


def wants_signals(environ: Mapping[str, str]) -> bool:
    """Whether the terminal understands signals and the person wants them."""
    is_off = environ.get("SOLARRALLY_NOTIFY", "").lower() in {"off", "0", "no", "false"}
    return not is_off and environ.get("TERM", "") not in _WITHOUT


def title(text: str) -> str:
    """Return what sets the title of the terminal (OSC 2)."""
    return f"\x1b]2;{in_one_line(text)}\a"


def notification(text: str, environ: Mapping[str, str]) -> str:
    """Return what shows a notification of the desktop, and rings the bell.

    iTerm2 reads OSC 9. Others that notify read OSC 777 (foot, Ghostty, kitty, rxvt, WezTerm).
    """
    body = in_one_line(text).replace(";", ",")
    is_iterm = environ.get("TERM_PROGRAM") == "iTerm.app"
    told = f"\x1b]9;{body}\a" if is_iterm else f"\x1b]777;notify;SolarRally;{body}\a"
    return f"{told}{BELL}"
