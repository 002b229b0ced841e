"""The words of a verdict in letters that are read from across a hall."""

from typing import Final

_LETTERS: Final = {
    "A": (" ███ ", "█   █", "█████", "█   █", "█   █"),
    "C": (" ████", "█    ", "█    ", "█    ", " ████"),
    "E": ("█████", "█    ", "████ ", "█    ", "█████"),
    "F": ("█████", "█    ", "████ ", "█    ", "█    "),
    "G": (" ████", "█    ", "█  ██", "█   █", " ████"),
    "I": ("███", " █ ", " █ ", " █ ", "███"),
    "K": ("█   █", "█  █ ", "███  ", "█  █ ", "█   █"),
    "L": ("█    ", "█    ", "█    ", "█    ", "█████"),
    "N": ("█   █", "██  █", "█ █ █", "█  ██", "█   █"),
    "O": (" ███ ", "█   █", "█   █", "█   █", " ███ "),
    "R": ("████ ", "█   █", "████ ", "█  █ ", "█   █"),
    "S": (" ████", "█    ", " ███ ", "    █", "████ "),
    "T": ("█████", "  █  ", "  █  ", "  █  ", "  █  "),
    "U": ("█   █", "█   █", "█   █", "█   █", " ███ "),
    "W": ("█   █", "█   █", "█ █ █", "██ ██", "█   █"),
    " ": ("   ", "   ", "   ", "   ", "   "),
}
ROWS: Final = 5


def large(word: str) -> str:
    """Return a word in letters of five rows; one with other letters stays as it is."""
    upper = word.upper()
    if not all(letter in _LETTERS for letter in upper):
        return word
    return "\n".join(" ".join(_LETTERS[letter][row] for letter in upper) for row in range(ROWS))
