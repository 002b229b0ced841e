"""Every room says what it may import, and what it says is true."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "solarrally_tui"
FOLDERS = sorted(
    path.parent.relative_to(ROOT / PACKAGE).as_posix()
    for pattern in ("*/__init__.py", "*/*/**/__init__.py")
    for top in sorted((ROOT / PACKAGE).iterdir())
    if top.is_dir() and top.name != "blueprints"
    for path in top.glob(pattern.partition("/")[2])
)
ROOMS = [folder for folder in FOLDERS if "/" not in folder]
OPEN = ("below", "every room", "the engine")
"""Words that name rooms without listing them."""


def docstring(folder: str) -> str:
    tree = ast.parse((ROOT / PACKAGE / folder / "__init__.py").read_text(encoding="utf-8"))
    return " ".join((ast.get_docstring(tree) or "").split())


def said(folder: str) -> str:
    """Return the sentences about imports."""
    sentences = re.split(r"(?<=[.;:]) ", docstring(folder))
    return " ".join(sentence for sentence in sentences if "import" in sentence.lower())


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_says_what_it_may_import(folder: str) -> None:
    assert said(folder) or "Part of" in docstring(folder), docstring(folder)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_what_it_says_and_only_from_below(house: Any, room: str) -> None:
    floor = {
        name.rpartition(".")[2]: number
        for number, names in enumerate(house.contracts[0])
        for name in names
    }
    named = {name for name in ROOMS if re.search(rf"\b{name}\b", said(room))} - {room}
    used = {name.rpartition(".")[2] for name in house.siblings(PACKAGE)[f"{PACKAGE}.{room}"]}
    if room in floor:
        assert {name for name in named if floor.get(name, 99) <= floor[room]} == set()
    if not any(words in said(room) for words in OPEN):
        assert used & set(ROOMS) <= named
