"""What every fix is made of: results, the mismatch error and careful editing of one file."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from re import Match
from typing import Union

APPLIED = "applied"
ALREADY = "already there"
NOT_NEEDED = "not needed"

INSTALLED = {"venv", ".venv", "node_modules", "site-packages", "tests"}

DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]  # noqa: UP007 (at run time of Python 3.9)


class Mismatch(Exception):  # noqa: N818 - it is the word that the log uses
    """The source is neither broken in the known way nor already right."""


@dataclass(frozen=True)
class Fix:
    """One named change: `apply` gets the application's folder and returns one of the results."""

    name: str
    why: str
    apply: Callable[[Path], str]


def read(root: Path, name: str) -> str:
    """Return the text of a file of the application, with the line ends of Linux.

    So a fix fits files from Windows, too; write gives them their own line ends back.
    """
    try:
        return (root / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise Mismatch(f"{name} does not exist") from None
    except UnicodeDecodeError:
        raise Mismatch(f"{name} is not UTF-8 text") from None


def write(root: Path, name: str, text: str) -> str:
    """Write TEXT with the file's line ends; return APPLIED, so that a fix can end with it."""
    file = root / name
    if file.exists() and b"\r\n" in file.read_bytes():
        text = text.replace("\n", "\r\n")
    file.write_bytes(text.encode("utf-8"))
    return APPLIED


def replace_one(
    text: str, pattern: str, by: str | Callable[[Match[str]], str], file: str, what: str
) -> str:
    """Replace the only match of PATTERN; any other number of matches is a Mismatch."""
    changed, count = re.subn(pattern, by, text, flags=re.MULTILINE | re.DOTALL)
    if count != 1:
        raise Mismatch(f"{file} has {what} {count} times, expected once")
    return changed


def python_files(root: Path) -> dict[str, str]:
    """Return the texts of the backend's Python files by name, without tests and packages.

    What is not Python is left out: the backend does not import then, and its check says why.
    """
    found = {}
    for path in sorted((root / "backend").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        parts = set(name.split("/"))
        if path.name.startswith("test_") or parts & INSTALLED:
            continue
        with contextlib.suppress(Mismatch):
            text = read(root, name)
            parse(text, name)
            found[name] = text
    return found


def parse(text: str, file: str) -> ast.Module:
    """Return the syntax tree of a Python file; a syntax error is a Mismatch."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise Mismatch(f"{file} is not Python: {error.msg}") from None


def called(node: ast.AST) -> str:
    """Return the last name of what is called, such as "put" of router.put(); else nothing."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def routes(tree: ast.AST, method: str) -> Iterator[tuple[str, Function]]:
    """Yield path and handler of every route of a method, such as "delete"."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for made in node.decorator_list:
                if called(made) == method and isinstance(made, ast.Call) and made.args:
                    yield str(getattr(made.args[0], "value", "")), node


def body(function: Function) -> list[ast.stmt]:
    """Return the statements of a function after its docstring."""
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[1:] if documented else function.body


class Edits:
    """Changes of one text by places of its syntax tree, made all at once."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode()
        starts = [0]
        starts += [i + 1 for i, byte in enumerate(self._bytes) if byte == ord("\n")]
        self._starts = starts
        self._edits: list[tuple[int, int, str]] = []

    def span(self, first: ast.AST, last: ast.AST | None = None) -> tuple[int, int]:
        """Return where nodes begin and end, in bytes. Not of nodes inside an f-string."""
        end = last or first
        # ast gives every statement and expression its place; AST itself has no such attributes.
        begin = self._starts[first.lineno - 1] + first.col_offset  # type: ignore[attr-defined]
        until = self._starts[end.end_lineno - 1] + end.end_col_offset  # type: ignore[attr-defined]
        return begin, until

    def text_of(self, node: ast.AST) -> str:
        """Return the source of a node."""
        begin, end = self.span(node)
        return self._bytes[begin:end].decode()

    def replace(self, first: ast.AST, new: str, last: ast.AST | None = None) -> None:
        """Put other source in the place of a node, or of all from one to another."""
        self._edits.append((*self.span(first, last), new))

    def before(self, statement: ast.stmt, *lines: str) -> None:
        """Put lines before a statement, with its indent."""
        begin = self.span(statement)[0]
        indent = " " * statement.col_offset
        self._edits.append((begin, begin, "".join(f"{line}\n{indent}" for line in lines)))

    def after(self, node: ast.AST, new: str) -> None:
        """Put source right behind a node."""
        end = self.span(node)[1]
        self._edits.append((end, end, new))

    def done(self) -> str:
        """Return the changed text."""
        changed = self._bytes
        for begin, end, new in sorted(self._edits, reverse=True):
            changed = changed[:begin] + new.encode() + changed[end:]
        return changed.decode()


def imported(text: str, line: str) -> str:
    """Return TEXT with an import, before all others; unchanged where it has it."""
    if line in text.splitlines():
        return text
    rest = [node for node in parse(text, "a file").body if not _comes_first(node)]
    # A decorator is above the place of what it decorates.
    if not rest or (isinstance(rest[0], DECORATED) and rest[0].decorator_list):
        raise Mismatch(f"a file that needs {line} begins in an unknown way")
    edits = Edits(text)
    edits.before(rest[0], line)
    return edits.done()


def _comes_first(node: ast.stmt) -> bool:
    """Whether it is a docstring or an import of the future, which stay at the top."""
    documents = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return documents or getattr(node, "module", "") == "__future__"
