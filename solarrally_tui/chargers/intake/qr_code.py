"""A QR code with what a charger's web page asks for. It never has a key."""

import json
from typing import Final

from solarrally_tui.chargers.files import ChargerFiles

_QUIET: Final = 2
"""Light modules around the code. Four are the norm (ISO/IEC 18004); phones read two, and a
terminal has few rows."""

_HALVES: Final = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
"""Two modules in a character, the upper one first: what is drawn is light."""


def content(charger: ChargerFiles) -> str:
    """Return what the code says, as JSON."""
    return json.dumps(
        {
            "host": charger.endpoint,
            "port": charger.port,
            "clientId": charger.client_id,
            "topic": charger.topic,
        },
        separators=(",", ":"),
    )


def rows(text: str) -> tuple[str, ...]:
    """Draw a code with half blocks, for light characters on a dark ground."""
    import segno  # noqa: PLC0415 few commands need it

    code = segno.make_qr(text, error="l")
    modules = [[int(bool(dark)) for dark in row] for row in code.matrix_iter(border=_QUIET)]
    if len(modules) % 2:
        modules.append([0] * len(modules[0]))
    pairs = zip(modules[::2], modules[1::2], strict=True)
    return tuple(
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs
    )
