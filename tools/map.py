"""Draw docs/map.svg: rooms on their floors, wings inside, imports as arrows; refuse a bad house.

Usage: python tools/map.py [--check]

Exits with 1 when a folder has too many modules side by side, when imports run in a circle, or when
an arrow runs upward against the layers in pyproject.toml. With --check it only judges.
"""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import grimp
from map_drawing import Room, draw

ROOT: Final = Path(__file__).parents[1]
TARGET: Final = ROOT / "docs" / "map.svg"
PACKAGE: Final = "solarrally_tui"
MOST_MODULES: Final = 20
"""Modules that a folder may have side by side, without its `__init__`."""
_BY_NAME: Final = (("cli", "commands"),)
"""The command line imports a command's module by its name, which grimp cannot see."""
_BESIDE: Final = ("__main__", "simulator")
"""On no layer: the entry, and the simulator, which imports nothing of ours."""


@dataclass(frozen=True)
class House:
    """The package as its imports show it."""

    graph: grimp.ImportGraph
    contracts: tuple[tuple[tuple[str, ...], ...], ...]
    """Floors of each layers contract, the highest first; full names of modules."""

    def folders(self) -> list[str]:
        """Return every package, parents before children."""
        return sorted(name for name in self.graph.modules if self.graph.find_children(name))

    def modules_in(self, folder: str) -> int:
        """Count the modules side by side in a folder, without its `__init__`."""
        children = self.graph.find_children(folder)
        return sum(not self.graph.find_children(child) for child in children)

    def siblings(self, folder: str) -> dict[str, set[str]]:
        """Return what each child of a folder imports of its siblings."""
        prefix = f"{folder}."
        imports: dict[str, set[str]] = {
            child: set() for child in sorted(self.graph.find_children(folder))
        }
        for importer in sorted(self.graph.find_descendants(folder)):
            source = prefix + importer.removeprefix(prefix).split(".")[0]
            for imported in self.graph.find_modules_directly_imported_by(importer):
                target = prefix + imported.removeprefix(prefix).split(".")[0]
                if imported.startswith(prefix) and source != target:
                    imports[source].add(target)
        return imports


def read() -> House:
    """Read the package's imports and its contracts."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    return House(
        grimp.build_graph(PACKAGE, cache_dir=None),
        tuple(
            tuple(tuple(name.strip() for name in layer.split("|")) for layer in contract["layers"])
            for contract in contracts
            if contract["type"] == "layers"
        ),
    )


def faults(house: House) -> list[str]:
    """Return what is wrong with the house, as sentences."""
    return [*crowded(house), *_circles(house), *_upward(house), *_homeless(house)]


def crowded(house: House) -> Iterator[str]:
    """Yield the folders with too many modules side by side."""
    for folder in house.folders():
        if (count := house.modules_in(folder)) > MOST_MODULES:
            yield f"{folder} has {count} modules side by side, more than {MOST_MODULES}."


def _circles(house: House) -> Iterator[str]:
    for folder in house.folders():
        try:
            TopologicalSorter(house.siblings(folder)).prepare()
        except CycleError as error:
            yield f"Imports run in a circle: {' -> '.join(reversed(error.args[1]))}."


def _upward(house: House) -> Iterator[str]:
    """Rooms on one floor may not import each other either."""
    for floors in house.contracts:
        floor = {name: number for number, names in enumerate(floors) for name in names}
        folder = floors[0][0].rpartition(".")[0]
        for source, targets in house.siblings(folder).items():
            for target in sorted(targets):
                if source in floor and target in floor and floor[target] <= floor[source]:
                    yield f"{source} imports {target}, which is not below it."


def _homeless(house: House) -> Iterator[str]:
    known = {name for floors in house.contracts for names in floors for name in names}
    for room in sorted(house.graph.find_children(PACKAGE)):
        if room not in known and room.removeprefix(f"{PACKAGE}.") not in _BESIDE:
            yield f"{room} is on no layer in pyproject.toml."


def picture(house: House) -> str:
    """Return the drawing of a house as SVG."""
    imports = {
        _short(source): {_short(target) for target in targets}
        for source, targets in house.siblings(PACKAGE).items()
        if _short(source) != "__main__"
    }
    for source, target in _BY_NAME:
        imports.get(source, set()).add(target)
    floors = [[_short(name) for name in names] for names in house.contracts[0]]
    floors[-1] += sorted(imports.keys() - {name for names in floors for name in names})
    return draw([[_room(house, name, imports[name]) for name in names] for names in floors])


def _room(house: House, name: str, imports: set[str]) -> Room:
    full = f"{PACKAGE}.{name}"
    return Room(name, tuple(sorted(imports)), *_wings(house, full))


def _wings(house: House, folder: str) -> tuple[int, tuple[Room, ...]]:
    children = sorted(house.graph.find_children(folder))
    wings = [child for child in children if house.graph.find_children(child)]
    return house.modules_in(folder), tuple(
        Room(wing.rpartition(".")[2], (), *_wings(house, wing)) for wing in wings
    )


def _short(module: str) -> str:
    return module.rpartition(".")[2]


def main() -> int:
    """Judge the house, and draw it."""
    house = read()
    wrong = faults(house)
    for fault in wrong:
        print(fault, file=sys.stderr)
    # Floors cannot be drawn while an arrow runs upward or in a circle.
    if set(wrong) <= set(crowded(house)) and "--check" not in sys.argv[1:]:
        TARGET.write_text(picture(house), encoding="utf-8")
        print(f"{TARGET.relative_to(ROOT)}: {len(house.graph.modules)} modules.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
