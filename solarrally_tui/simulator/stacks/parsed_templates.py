"""Templates are parsed once: the same text comes with every stack, change set and update."""

import pickle
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import yaml
from ministack.services.cloudformation import changesets, engine, handlers

from solarrally_tui.simulator.pins import replace

_TEMPLATES: Final = 64
"""Texts to remember; a deployment has ten."""


def install() -> None:
    """Let MiniStack remember what it parsed. Call once."""
    replace(engine, "CfnLoader", _in_c)
    for module in (engine, handlers, changesets):
        replace(module, "_parse_template", _remembering)


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
