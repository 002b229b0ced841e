"""What the tests of the policies share: an evaluator of IAM policies, and the engine's calls."""

import ast
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader

ROOT = Path(__file__).parents[2]
ACCOUNT = "123456789012"
NOT_THE_ENGINE = (
    "solarrally_tui/simulator/",
    "solarrally_tui/commands/demonstration/stage.py",
    "solarrally_tui/proofs/",
)
"""The embedded account, what the demonstration puts into it, and experiments: those are for an
administrator of a test account, so the printed policies do not allow them."""

WAYS = ("call", "find", "once", "pages")
"""Methods of a door that call AWS; an examination has them too, and passes them on."""

Document = dict[str, Any]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def says(statement: Document, action: str, arn: str) -> bool:
    """Whether a statement is about an action on a resource, whatever its conditions."""
    return any(fnmatchcase(action, each) for each in as_list(statement["Action"])) and any(
        fnmatchcase(arn, each) for each in as_list(statement["Resource"])
    )


def allows(documents: Iterable[Document], action: str, arn: str) -> bool:
    """Whether policies allow an action on a resource when all conditions hold; a denial wins."""
    about = [s for d in documents for s in d["Statement"] if says(s, action, arn)]
    effects = {statement["Effect"] for statement in about}
    return "Allow" in effects and "Deny" not in effects


def allowed_actions(documents: Iterable[Document]) -> set[str]:
    return {
        action
        for document in documents
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
    }


def calls_in(*parts: str) -> set[tuple[str, str]]:
    """Return service and operation of every call of a door below some places."""
    found: set[tuple[str, str]] = set()
    for part in parts:
        place = ROOT / part
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if not file.relative_to(ROOT).as_posix().startswith(NOT_THE_ENGINE):
                found |= set(_calls(ast.parse(file.read_text())))
    return found


def _calls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in _walk_callers(tree):
        if isinstance(node, ast.Call) and _is_of_a_door(tree, node):
            service, operation = node.args[:2]
            if isinstance(operation, ast.Constant):
                yield _text(tree, service), operation.value
            else:
                # Named by a variable: every operation that the module has as a text may be meant.
                yield from _named_anywhere(tree, _text(tree, service))


def _walk_callers(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree without the functions that only pass on what their callers call."""
    for node in ast.iter_child_nodes(tree):
        if not _passes_on(node):
            yield node
            yield from _walk_callers(node)


def _passes_on(node: ast.AST) -> bool:
    if not isinstance(node, ast.AsyncFunctionDef):
        return False
    return {"service", "operation"} <= {argument.arg for argument in node.args.posonlyargs}


def _is_of_a_door(tree: ast.Module, node: ast.Call) -> bool:
    """Whether a call is one of a door's; texts and records have a find, too."""
    name = getattr(node.func, "attr", "")
    if name != "find":
        return name in WAYS
    try:
        return len(node.args) > 1 and _text(tree, node.args[0]) in services()
    except (KeyError, ValueError):
        return False


def _text(tree: ast.Module, node: ast.expr) -> str:
    """Return a text, written where it is used or as a constant of the module."""
    if isinstance(node, ast.Name):
        values = {
            target.id: each.value
            for each in tree.body
            if isinstance(each, ast.Assign)
            for target in each.targets
            if isinstance(target, ast.Name)
        } | {
            each.target.id: each.value
            for each in tree.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value
        }
        node = values[node.id]
    return str(ast.literal_eval(node))


def _named_anywhere(tree: ast.Module, service: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in operations(service):
            yield service, node.value


@cache
def services() -> frozenset[str]:
    return frozenset(Loader().list_available_services("service-2"))


@cache
def operations(service: str) -> frozenset[str]:
    """Return the operations that boto3 has for a service, by their Python names."""
    model = Loader().load_service_model(service, "service-2")
    return frozenset(xform_name(name) for name in model["operations"])
