"""Reads Python as a syntax tree. Nothing of the source is imported or run."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from solarrally_tui.source.finding import Place
from solarrally_tui.source.tree import Tree

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file; without nodes where it cannot be parsed."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module | None:
        """The file's tree; None where it is not valid Python."""
        return None if self.error else self._parsed[0]

    @property
    def error(self) -> Place | None:
        """Where the file stops being Python; None where it is."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[ast.Module | None, Place | None]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text), None
        except SyntaxError as error:
            return None, Place(self.name, error.lineno or 0)
        except (ValueError, RecursionError, MemoryError):
            return None, Place(self.name)

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[Any]:
        """Yield every node of these kinds."""
        for node in ast.walk(self.tree) if self.tree else ():
            if isinstance(node, kinds):
                yield node

    def place(self, node: Any, name: str = "") -> Place:
        """Return where a node begins. name: what it is, for a sentence."""
        return Place(self.name, node.lineno, name)


@dataclass(frozen=True)
class Python:
    """The Python files of one folder of the source."""

    modules: tuple[Module, ...]

    @classmethod
    def below(cls, tree: Tree, folder: str) -> "Python":
        """Read the files below a folder, without tests."""
        names = [n for n in tree.files(f"{folder}/*.py") if not _is_test(n)]
        return cls(tuple(Module(name, tree.read(name)) for name in names))

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[tuple[Module, Any]]:
        """Yield every node of these kinds, with its module."""
        for module in self.modules:
            for node in module.nodes(*kinds):
                yield module, node

    def calls(self, *names: str) -> Iterator[tuple[Module, ast.Call]]:
        """Yield calls of functions by the last part of their name."""
        for module, node in self.nodes(ast.Call):
            if last_name(node.func) in names:
                yield module, node


def _is_test(name: str) -> bool:
    return "/tests/" in name or name.rpartition("/")[2].startswith("test_")


def last_name(node: ast.AST) -> str:
    """Return the last part of a dotted name, or nothing."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    return node.id if isinstance(node, ast.Name) else ""


def constant(node: ast.AST | None) -> Any:
    """Return the value of a literal, or None."""
    return node.value if isinstance(node, ast.Constant) else None


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument, or None."""
    return next((word.value for word in call.keywords if word.arg == name), None)


def argument(call: ast.Call, number: int) -> ast.expr | None:
    """Return a positional argument, or None."""
    return call.args[number] if len(call.args) > number else None


def routes(python: Python, *methods: str) -> Iterator[tuple[Module, Function, str]]:
    """Yield handlers by the method of their decorator, such as put or websocket, with the path."""
    for module, node in python.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and last_name(decorator.func) in methods:
                yield module, node, str(constant(argument(decorator, 0)) or "")


def dependencies(function: Function) -> set[str]:
    """Return the names of what a handler declares with Depends or Security."""
    values = [*function.args.defaults, *filter(None, function.args.kw_defaults)]
    notes = [a.annotation for a in (*function.args.args, *function.args.kwonlyargs) if a.annotation]
    return {
        last_name(inner.args[0])
        for part in (*values, *notes)
        for inner in ast.walk(part)
        if isinstance(inner, ast.Call) and last_name(inner.func) in ("Depends", "Security")
        if inner.args
    }
