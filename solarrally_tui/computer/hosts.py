"""A hosts file of one's own: where a name is reached that no DNS leads to this computer."""

import os
from pathlib import Path
from typing import Final

VARIABLE: Final = "SOLARRALLY_HOSTS_FILE"
"""Names a file as /etc/hosts is, with a port: each line is HOST:PORT and a name.

The embedded account sets it.
"""


def place(name: str) -> str:
    """Return where a name is reached, as HOST:PORT; the name itself where the file has none.

    A file that cannot be read has none.
    """
    try:
        text = Path(os.environ[VARIABLE]).read_text(encoding="utf-8")
    except (KeyError, OSError, ValueError):
        return name
    lines = (line.split() for line in text.splitlines())
    return next((line[0] for line in lines if line[1:] == [name]), name)
