"""Our three themes. Textual's own stay in the command palette, ansi-dark and ansi-light too.

Each hue says one thing: primary (gold) where one is and what is chosen, secondary (blue) what was
measured and how things are joined, warning (orange), error (red) and success (green) how well
something is.
"""

from collections.abc import Container, Mapping
from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="solarrally-dark",
    primary="#f2b134",
    secondary="#6cb4ea",
    accent="#f2b134",
    warning="#f08045",
    error="#e5707a",
    success="#7fc78a",
    foreground="#dfe4ea",
    background="#11161d",
    surface="#171e27",
    panel="#212b37",
    dark=True,
    variables={
        "footer-key-foreground": "#f2b134",
        "border": "#3a4858",
        "text-primary": "#f2b134",
        "text-secondary": "#6cb4ea",
        "text-warning": "#f58b52",
    },
)
LIGHT: Final = Theme(
    name="solarrally-light",
    primary="#6b5200",
    secondary="#14618c",
    accent="#6b5200",
    warning="#a34400",
    error="#b3261e",
    success="#216e39",
    foreground="#0b0f14",
    background="#faf8f4",
    surface="#f0ece4",
    panel="#e3ddd1",
    dark=False,
    variables={
        "text-primary": "#6b5200",
        "text-secondary": "#14618c",
        "text-warning": "#a34400",
    },
)
CONTRAST: Final = Theme(
    name="solarrally-contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ffff00",
    warning="#ff9a3c",
    error="#ff8080",
    success="#80ff80",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    dark=True,
    variables={
        "footer-key-foreground": "#ffff00",
        "border": "#ffffff",
        "text-primary": "#ffff00",
        "text-secondary": "#00ffff",
        "text-warning": "#ff9a3c",
    },
)
OURS: Final = (DARK, LIGHT, CONTRAST)


def chosen_theme(environment: Mapping[str, str], available: Container[str]) -> str:
    """Return the theme that the environment asks for, by TEXTUAL_THEME or by its short name."""
    wanted = environment.get("TEXTUAL_THEME", "")
    ours = f"solarrally-{wanted}"
    return next((name for name in (ours, wanted) if wanted and name in available), DARK.name)
