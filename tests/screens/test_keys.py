"""Keys: one meaning on all screens and dialogs, and a page that lists them."""

import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from textual.binding import Binding

from solarrally_tui import app, screens
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"
ROW = re.compile(r"^\| (\S+) \| (.+?) \| .+ \|$", re.MULTILINE)
NAMES = {"/": "slash"}


def classes() -> Iterator[type]:
    """Yield each class of the wizard's screens, as often as a module has it."""
    parts = pkgutil.walk_packages(screens.__path__, f"{screens.__name__}.")
    for module in (*(importlib.import_module(part.name) for part in parts), app):
        yield from (value for value in vars(module).values() if isinstance(value, type))


def bindings() -> Iterator[tuple[str, str]]:
    """Yield each key of the wizard that has a name, with the name."""
    for value in classes():
        declared = value.__dict__.get("BINDINGS", ())
        if declared and value.__module__.startswith("solarrally_tui"):
            for entry in declared:
                binding = entry if isinstance(entry, Binding) else Binding(*entry)
                for key in binding.key.split(","):
                    # What opened a dialog closes it; that is Escape's meaning.
                    if binding.description and (key == "escape" or binding.action != "close"):
                        yield key, binding.description


def test_a_key_means_what_the_page_of_keys_says() -> None:
    rows = dict(ROW.findall(PAGE.read_text(encoding="utf-8")))
    listed = {
        NAMES.get(key, key.lower()): set(names.split(", "))
        for key, names in rows.items()
        if key not in {"key", "---"}
    }
    found = defaultdict(set)
    for key, name in bindings():
        found[key].add(name)
    assert listed == found
    leaves = found.pop("escape")
    assert {key: names for key, names in found.items() if len(names) > 1} == {}
    assert leaves == {"Back", "Close", "No"}


def test_the_key_for_next_does_nothing_in_a_dialog_which_may_create_or_buy() -> None:
    dialogs = {value for value in classes() if issubclass(value, Dialog)}
    assert len(dialogs) > 10
    assert {each.__name__ for each in dialogs if keys.NEXT in each.BINDINGS} == set()
