"""Templates are parsed once, and their parts copied quickly.

The same text comes with every stack, change set and update, and each resource resolves its own copy
of its properties.
"""

import pickle
from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final

import yaml
from ministack.services.cloudformation import changesets, engine, handlers, stacks

from solarrally_tui.simulator.pins import replace

_TEMPLATES: Final = 64
"""Texts to remember; a deployment has ten."""


def install() -> None:
    """Let MiniStack remember what it parsed. Call once."""
    replace(engine, "CfnLoader", _in_c)
    for module in (engine, handlers, changesets):
        replace(module, "_parse_template", _remembering)
    for module in (stacks, changesets):
        replace(module, "copy", lambda _: SimpleNamespace(deepcopy=_copied))


def _copied(tree: Any) -> Any:
    """Copy what JSON can say: ten times as fast as copy.deepcopy."""
    return pickle.loads(pickle.dumps(tree))  # noqa: S301 (what was pickled in this line)


def _in_c(loader: type[yaml.SafeLoader]) -> type:
    """Return a loader of the same tags whose scanner and parser are written in C."""
    constructors = {"yaml_constructors": loader.yaml_constructors}
    return type("CfnLoader", (yaml.CSafeLoader,), constructors)


def _remembering(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return what parses a text once."""

    @lru_cache(_TEMPLATES)
    def pickled(body: str) -> bytes:
        return pickle.dumps(parse(body))

    def parsed(body: str) -> Any:
        # A fresh copy for each caller, because MiniStack changes what it gets.
        return pickle.loads(pickled(body))  # noqa: S301 (what was pickled just above)

    return parsed
