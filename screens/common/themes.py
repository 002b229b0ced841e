"""Our three themes. Textual's own stay in the command palette, ansi-dark and ansi-light too."""

from collections.abc import Container, Mapping
from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="solarrally-dark",
    primary="#f2b134",
    secondary="#6fb1c9",
    accent="#f2b134",
    warning="#e8a33d",
    error="#e5707a",
    success="#7fc78a",
    foreground="#dfe4ea",
    background="#11161d",
    surface="#171e27",
    panel="#212b37",
    dark=True,
    variables={"footer-key-foreground": "#f2b134", "border": "#3a4858"},
)
LIGHT: Final = Theme(
    name="solarrally-light",
    primary="#7a4c00",
    secondary="#1f6f8b",
    accent="#7a4c00",
    warning="#8a5200",
    error="#b3261e",
    success="#216e39",
    foreground="#0b0f14",
    background="#faf8f4",
    surface="#f0ece4",
    panel="#e3ddd1",
    dark=False,
)
CONTRAST: Final = Theme(
    name="solarrally-contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ffff00",
    warning="#ffb000",
    error="#ff8080",
    success="#80ff80",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    dark=True,
    variables={"footer-key-foreground": "#ffff00", "border": "#ffffff"},
)
OURS: Final = (DARK, LIGHT, CONTRAST)


def chosen_theme(environment: Mapping[str, str], available: Container[str]) -> str:
    """Return the theme that the environment asks for, by TEXTUAL_THEME or by its short name."""
    wanted = environment.get("TEXTUAL_THEME", "")
    ours = f"solarrally-{wanted}"
    return next((name for name in (ours, wanted) if wanted and name in available), DARK.name)
