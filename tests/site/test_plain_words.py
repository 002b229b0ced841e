"""What people read has no exclamation mark and no dash that a terminal or a voice stumbles over."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = (
    "screens",
    "solarrally_tui/commands",
    "solarrally_tui/account",
    "solarrally_tui/health",
    "solarrally_tui/provisioning",
    "solarrally_tui/pricing",
    "solarrally_tui/policy",
    "solarrally_tui/source",
    "solarrally_tui/site",
    "solarrally_tui/chargers",
    "solarrally_tui/app.py",
    "solarrally_tui/cli.py",
    "solarrally_tui/aws",
)
FORBIDDEN = ("!", "\N{EM DASH}", "\N{EN DASH}")
PATTERNS = ("(?!", "(?<!", "[!")
"""In regular expressions, which nobody reads."""


def modules() -> list[Path]:
    found = [ROOT / name for name in READ]
    inside = [path.rglob("*.py") if path.is_dir() else [path] for path in found]
    return sorted(path for paths in inside for path in paths)


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the string constants of a module that are no docstrings."""
    tree = ast.parse(path.read_text())
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_words_are_calm(path: Path) -> None:
    loud = [
        (line, text)
        for line, text in texts(path)
        if any(mark in text for mark in FORBIDDEN) and not any(part in text for part in PATTERNS)
    ]
    assert loud == []
