"""Letters and digits of block elements, in one face and any size, for a display on a wall."""

from collections.abc import Iterator
from typing import Final

PIXELS: Final = 7
"""Rows of pixels of every sign. A line of a terminal holds two half blocks, so two of them."""

_FACE: Final = {
    "0": " ### #   ##   ##   ##   ##   # ### ",
    "1": " # ##  #  #  #  # ###",
    "2": " ### #   #    #   #   #   #   #####",
    "3": "#####   #   #     #     ##   # ### ",
    "4": "   #   ##  # # #  # #####   #    # ",
    "5": "######    ####     #    ##   # ### ",
    "6": "  ##  #   #    #### #   ##   # ### ",
    "7": "#####    #   #   #   #    #    #   ",
    "8": " ### #   ##   # ### #   ##   # ### ",
    "9": " ### #   ##   # ####    #   #  ##  ",
    "$": "  #   ##### #   ###   # #####   #  ",
    ".": "      #",
    ",": "           ## ",
    "/": "  #  #  # #  # #  #  ",
    "-": "         ###         ",
    "A": " ### #   ##   #######   ##   ##   #",
    "B": "#### #   ##   ##### #   ##   ##### ",
    "C": " ### #   ##    #    #    #   # ### ",
    "D": "#### #   ##   ##   ##   ##   ##### ",
    "E": "######    #    #### #    #    #####",
    "F": "######    #    #### #    #    #    ",
    "G": " ### #   ##    # ####   ##   # ### ",
    "H": "#   ##   ##   #######   ##   ##   #",
    "I": "### #  #  #  #  # ###",
    "K": "#   ##  # # #  ##   # #  #  # #   #",
    "L": "#    #    #    #    #    #    #####",
    "M": "#   ### ### # ## # ##   ##   ##   #",
    "N": "#   ###  ###  ## # ##  ###  ###   #",
    "O": " ### #   ##   ##   ##   ##   # ### ",
    "P": "#### #   ##   ##### #    #    #    ",
    "R": "#### #   ##   ##### # #  #  # #   #",
    "S": " #####    #     ###     #    ##### ",
    "T": "#####  #    #    #    #    #    #  ",
    "U": "#   ##   ##   ##   ##   ##   # ### ",
    "V": "#   ##   ##   ##   # # #  # #   #  ",
    "W": "#   ##   ##   ## # ## # ### ###   #",
    "Y": "#   ##   # # #   #    #    #    #  ",
    "%": "##   ##  #   #   #   #   #  ##   ##",
    "?": " ### #   #    #   #   #         #  ",
    "✓": "         #    #   # #  # # #   #   ",
    "✗": "     #   # # #   #   # # #   #     ",
    "▲": "       #    #   ###  ### #####     ",
    "○": "      ### #   ##   ##   # ###      ",
    "·": "          #          ",
    "k": "#   #   #  ## # ##  # # #  #",
    " ": " " * 3 * PIXELS,
}
"""Each sign as its pixels, line by line, in seven rows."""


def has_letters(word: str) -> bool:
    """Whether the face has every sign of a word."""
    return all(letter in _FACE for letter in word)


def width(word: str, scale: int = 1) -> int:
    """Return the columns of a word; scale: columns of a pixel."""
    return (sum(len(_FACE[letter]) // PIXELS + 1 for letter in word) - 1) * scale


def rows(scale: int) -> int:
    """Return the lines of a word; scale: half lines of a pixel."""
    return -(-PIXELS * scale // 2)


def large(word: str, across: int, down: int) -> tuple[str, ...]:
    """Return a word as lines of blocks. across: columns of a pixel; down: half lines of one."""
    halves = [line for line in _pixels(word, across) for _ in range(down)]
    if len(halves) % 2:
        halves.append(" " * len(halves[0]))
    pairs = zip(halves[::2], halves[1::2], strict=True)
    return tuple("".join(map(_block, upper, lower)) for upper, lower in pairs)


def _pixels(word: str, across: int) -> Iterator[str]:
    for row in range(PIXELS):
        parts = []
        for letter in word:
            face = _FACE[letter]
            wide = len(face) // PIXELS
            parts.append(face[row * wide : (row + 1) * wide])
        yield "".join(pixel * across for pixel in " ".join(parts))


def _block(upper: str, lower: str) -> str:
    if upper == lower:
        return "█" if upper == "#" else " "
    return "▀" if upper == "#" else "▄"
