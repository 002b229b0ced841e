"""Keys: one meaning on all screens and dialogs."""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator

import pytest
from textual.binding import Binding
from textual.screen import Screen

from solarrally_tui import screens
from solarrally_tui.interview.steps import ORDER
from tests.screens.support import Open

LABELS = {
    "f1": {"Help"},
    "f5": {"Refresh"},
    "f6": {"Copy"},
    "f4": {"Deployer role", "Quote", "Diagnosis"},
    "ctrl+n": {"Next"},
    "escape": {"Back", "Close", "No"},
}
"""What a key may be called. F4 bears the name of the place that it leads to."""


def every_screen() -> Iterator[type[Screen[object]]]:
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Screen):
                yield value


def test_a_key_means_the_same_everywhere() -> None:
    found = defaultdict(set)
    for screen in every_screen():
        for entry in screen.__dict__.get("BINDINGS", ()):
            binding = entry if isinstance(entry, Binding) else Binding(*entry)
            for key in binding.key.split(","):
                if binding.description and binding.description != "Close":
                    found[key].add(binding.description)
    for key, labels in LABELS.items():
        assert found[key] <= labels, key
    assert found["f5"], "no screen was seen"


@pytest.mark.parametrize("step", ORDER)
async def test_every_key_that_is_shown_does_something(at: Open, step: str) -> None:
    async with at(step, (120, 40), deployed="x" if step == "status" else "") as (app, _):
        for active in app.screen.active_bindings.values():
            if active.binding.show:
                name = active.binding.action.partition("(")[0].rpartition(".")[2]
                assert hasattr(active.node, f"action_{name}"), active.binding
