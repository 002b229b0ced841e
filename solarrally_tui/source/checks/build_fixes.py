"""The build's own fixes, tried on a copy: which apply, where, and which do not fit."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.source.finding import Place
from solarrally_tui.source.tree import Tree

_FIXES: Final = "solarrally_tui.blueprints.build.source.fixes"
"""Imported by name: it is a folder that runs in the build, where this package is not installed."""
_HALVES: Final = ("backend", "frontend")
"""What else the build adds, such as the programs of functions, mends no defect of a source."""
DONE: Final = MappingProxyType(
    {
        "user-model-uuid": "The user table has a primary key.",
        "jwt-strategy": "Signing in uses the class that the pinned library has.",
        "bcrypt-pin": "bcrypt is pinned to a version with which users can register.",
        "sql-echo-off": "SQL and password hashes stay out of the log.",
        "dockerfile-base-images": "Base images come from Amazon's public registry.",
        "rds-ca-bundle": "The image has the certificates that verify the database.",
        "dockerignore": ".env files stay out of the image.",
        "stale-connections": "Connections to the database are checked before they are used.",
        "emails-in-log": "E-mail addresses and tokens stay out of the log.",
        "conflicts-in-log": "A conflict is answered with 409 and stays out of the log.",
        "user-with-sessions": "A user with sessions can be deleted; the sessions stay unnamed.",
        "password-change": "Changing a password takes effect.",
        "site-facts": "The page can ask what the site knows of its chargers.",
        "prices-from-answers": "Prices are those of the site's answers, in every task.",
        "firebase-mock-replaced": "The page shows the site's own figures.",
        "websocket-address": "The page calls the address that it came from.",
        "websocket-reconnect": "The page connects again after a deployment.",
        "silent-chargers": "A charger without data leaves the totals.",
        "prices-of-page": "The page shows the prices and the currency of the site's answers.",
        "charger-names": "Each charger has its name and its chart.",
        "sign-in-renewed": "A page that stays open renews its sign-in.",
    }
)
"""By fix, what holds once it is applied. Its own reason says what holds without it."""


@dataclass(frozen=True, slots=True)
class FixTrial:
    """How a fix of the build applies to a source."""

    name: str
    why: str
    half: str
    """backend or frontend."""
    applied: bool
    """Whether it changes anything; False where the source is right already."""
    places: tuple[Place, ...] = ()
    mismatch: str = ""
    """Why it does not fit; then the build stops."""


def names() -> tuple[str, ...]:
    """Return the names of all fixes of a source, in the order of the build."""
    return tuple(fix.name for fixes in _known().values() for fix in fixes)


def attempt(tree: Tree) -> tuple[list[FixTrial], Tree, TemporaryDirectory[str]]:
    """Apply all fixes to a copy; return how each went, and the copy with the folder it is in.

    The caller closes the folder.
    """
    folder = TemporaryDirectory(prefix="solarrally-source-")
    copy = Path(folder.name)
    for name in tree.names:
        if name.startswith(("backend/", "frontend/")):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(tree.root / name, copy / name)
    trials = [_try(fix, half, copy) for half, fixes in _known().items() for fix in fixes]
    return trials, Tree(copy), folder


def _known() -> dict[str, tuple[Any, ...]]:
    fixes: dict[str, tuple[Any, ...]] = import_module(_FIXES).FIXES
    return {half: fixes[half] for half in _HALVES}


def _try(fix: Any, half: str, root: Path) -> FixTrial:
    source = import_module(f"{_FIXES}.source")
    before = _texts(root)
    try:
        result = fix.apply(root)
    except source.Mismatch as mismatch:
        return FixTrial(fix.name, fix.why, half, False, mismatch=str(mismatch))
    changed = tuple(_changes(before, _texts(root)))
    return FixTrial(fix.name, fix.why, half, result == source.APPLIED, changed)


def _texts(root: Path) -> dict[str, list[str]]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8", "replace").splitlines()
        for path in files
    }


def _changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> Iterator[Place]:
    """Yield the first line of every change, as the source had it."""
    for name, lines in after.items():
        old = before.get(name)
        if old is None:
            yield Place(name)
        elif old != lines:
            for tag, start, _, _, _ in SequenceMatcher(None, old, lines, False).get_opcodes():
                if tag != "equal":
                    yield Place(name, min(start + 1, len(old)))
