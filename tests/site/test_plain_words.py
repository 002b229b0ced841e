"""What people read is calm and plain, as docs/words.md asks.

No exclamation mark, no dash that a terminal or a voice stumbles over, and none of the turns of
phrase that read as translated.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.stacks.template import read

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
    "solarrally_tui/computer",
    "solarrally_tui/app.py",
    "solarrally_tui/cli.py",
    "solarrally_tui/aws",
    "solarrally_tui/deployed",
    "solarrally_tui/domains",
    "solarrally_tui/findings",
    "solarrally_tui/interview",
    "solarrally_tui/text",
    "solarrally_tui/wizard",
)
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md")
GLOSSARY = "docs/words.md"
"""Names the words that are not used."""
FORBIDDEN = ("!", "\N{EM DASH}", "\N{EN DASH}")
PATTERNS = ("(?!", "(?<!", "[!")
"""In regular expressions, which nobody reads."""


PHRASES = re.compile(
    r"\b(?:anew|told|shall|so much of|whoever|by itself|by themselves|goes on|went on|go on"
    r"|wants? a look|needs? a look|out of sight|unwell|way out|all the same|tak(?:e|es|en) away"
    r"|mend(?:s|ed)?|please)\b|(?<!e-)(?<!E-)\bmails?\b",
    re.IGNORECASE,
)
ON_SCREEN = re.compile(r"\b(?:of its own|stands?|we|our)\b", re.IGNORECASE)
"""What is plain enough on a page, and not in the few words of a screen."""
AWS_WORDS = frozenset(
    {
        "not our ref",  # Git servers
    }
)
"""Texts that are matched, and not ours."""


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


def phrases(text: str) -> list[str]:
    """Return the turns of phrase that a text on screen should not have.

    Names without a blank are ids; patterns and formats are not read by anybody.
    """
    if (
        " " not in text
        or text in AWS_WORDS
        or any(part in text for part in (*PATTERNS, "(?", "\\b"))
    ):
        return []
    return [*PHRASES.findall(text), *ON_SCREEN.findall(text)]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_words_are_plain(path: Path) -> None:
    found = [(line, words) for line, text in texts(path) if (words := phrases(text))]
    assert found == [], f"see {GLOSSARY}"


def pages() -> list[Path]:
    return sorted(path for pattern in PAGES for path in ROOT.glob(pattern))


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_pages_are_plain(path: Path) -> None:
    if path == ROOT / GLOSSARY:
        return
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = [line for line in prose.splitlines() if PHRASES.search(line)]
    assert found == [], f"see {GLOSSARY}"
    assert [line for line in prose.splitlines() if "\N{EM DASH}" in line] == []


def labels() -> Iterator[tuple[str, str]]:
    """Yield what the console shows of a template: labels and descriptions."""
    for item in CATALOGUE:
        template = read(item.template())
        interface = template["Metadata"]["AWS::CloudFormation::Interface"]
        for group in interface["ParameterGroups"]:
            yield item.id, group["Label"]["default"]
        for label in interface["ParameterLabels"].values():
            yield item.id, label["default"]
        for section in ("Parameters", "Outputs"):
            for declared in template.get(section, {}).values():
                yield item.id, declared["Description"]


def test_labels_of_templates_are_plain() -> None:
    assert [(stack, text) for stack, text in labels() if PHRASES.search(text)] == []
