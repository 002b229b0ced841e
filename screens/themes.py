"""Our two themes. Textual's built-in ones stay available in the command palette."""

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
    primary="#9a6100",
    secondary="#1f6f8b",
    accent="#9a6100",
    warning="#8a5200",
    error="#b3261e",
    success="#216e39",
    foreground="#1c232b",
    background="#faf8f4",
    surface="#f0ece4",
    panel="#e3ddd1",
    dark=False,
)
