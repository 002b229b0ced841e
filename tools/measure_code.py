"""Print figures about the code, to compare before and after a change.

Usage: python tools/measure_code.py [--helpers]

With --helpers it also lists the private helpers that are used once and are shorter than five lines.
Counted are the package's tracked files, without tests and tools.
"""

import ast
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = ("solarrally_tui", "screens", "blueprints")
MOST_MODULES: Final = 20
SHORT: Final = 5
"""Lines below which a helper is short."""
_CALLED_BY_TEXTUAL: Final = ("_on_", "_watch")
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


class Helper(NamedTuple):
    """A private function or method, and how often its module names it."""

    file: str
    name: str
    lines: int
    uses: int


@dataclass(frozen=True, slots=True)
class Module:
    """What is counted in one file."""

    name: str
    lines: int
    definitions: int
    helpers: tuple[Helper, ...]
    classes: tuple[str, ...]
    """Public classes at the top."""
    comments: Counter[str]
    """By kind: why, fmt, noqa."""


def modules() -> Iterator[Module]:
    """Yield every tracked module of the package."""
    listed = subprocess.check_output(["git", "ls-files", "*.py"], cwd=ROOT, text=True)
    for name in listed.splitlines():
        path = ROOT / name
        if name.split("/")[0] in FOLDERS and path.is_file():
            yield _module(name, path)


def _module(name: str, path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    uses = Counter(node.id for node in nodes if isinstance(node, ast.Name))
    uses += Counter(node.attr for node in nodes if isinstance(node, ast.Attribute))
    with path.open("rb") as file:
        tokens = [
            token.string
            for token in tokenize.tokenize(file.readline)
            if token.type == tokenize.COMMENT
        ]
    return Module(
        name,
        text.count("\n"),
        sum(isinstance(node, (*_FUNCTIONS, ast.ClassDef)) for node in nodes),
        tuple(
            Helper(name, node.name, (node.end_lineno or 0) - node.lineno + 1, uses[node.name])
            for node in nodes
            if isinstance(node, _FUNCTIONS) and _is_helper(node)
        ),
        tuple(
            node.name
            for node in tree.body
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        ),
        Counter(_kind(comment) for comment in tokens),
    )


def _is_helper(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return (
        node.name.startswith("_")
        and not node.name.startswith(("__", *_CALLED_BY_TEXTUAL))
        and not node.decorator_list
    )


def _kind(comment: str) -> str:
    return next((kind for kind in ("fmt: skip", "noqa", "type: ignore") if kind in comment), "why")


def main() -> None:
    """Print the figures."""
    found = list(modules())
    lines = sum(module.lines for module in found)
    folders = Counter(
        module.name.rpartition("/")[0]
        for module in found
        if not module.name.endswith("__init__.py")
    )
    helpers = [helper for module in found for helper in module.helpers]
    once = [helper for helper in helpers if helper.uses == 1]
    short = sorted(helper for helper in once if helper.lines < SHORT)
    classes = Counter(name for module in found for name in module.classes)
    twice = sorted(name for name, count in classes.items() if count > 1)
    comments = sum((module.comments for module in found), Counter[str]())
    crowded = {folder: count for folder, count in folders.most_common() if count > MOST_MODULES}
    print(f"files                          {len(found)}, lines {lines}")
    print(f"folders above {MOST_MODULES} modules       {crowded or 'none'}")
    print(f"largest folders                {dict(folders.most_common(3))}")
    print(f"definitions per 100 lines      {_share(sum(m.definitions for m in found), lines):.2f}")
    print(f"private helpers                {len(helpers)}")
    print(f"  used once                    {len(once)}, {_share(len(once), len(helpers)):.0f} %")
    print(f"  and shorter than {SHORT} lines     {len(short)}")
    print(f"comments per 100 lines         {_share(comments['why'], lines):.2f}")
    print(f"public classes defined twice   {len(twice)} {' '.join(twice)}")
    print(f"fmt: skip                      {comments['fmt: skip']}")
    print(f"noqa                           {comments['noqa']}")
    if "--helpers" in sys.argv[1:]:
        print(
            *(f"{helper.file}: {helper.name}, {helper.lines} lines" for helper in short), sep="\n"
        )


def _share(part: int, whole: int) -> float:
    return 100 * part / whole


if __name__ == "__main__":
    main()
