"""Templates are parsed once: the same text comes with every stack, change set and update."""

import pickle
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from ministack.services.cloudformation import changesets, engine, handlers

from solarrally_tui.simulator.pins import replace

_TEMPLATES: Final = 64
"""Texts to remember; a deployment has ten."""


def install() -> None:
    """Let MiniStack remember what it parsed. Call once."""
    for module in (engine, handlers, changesets):
        replace(module, "_parse_template", _remembering)


def _remembering(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """MiniStack parses in pure Python, which took a quarter of the account's processor time."""

    @lru_cache(_TEMPLATES)
    def pickled(body: str) -> bytes:
        return pickle.dumps(parse(body))

    def parsed(body: str) -> Any:
        # A fresh copy for each caller, because MiniStack changes what it gets.
        return pickle.loads(pickled(body))  # noqa: S301 (what was pickled just above)

    return parsed
