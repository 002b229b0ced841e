"""The house as its imports show it: small folders, no circle, no arrow upward, and its picture."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import grimp

ROOT = Path(__file__).parents[2]
PACKAGE = "solarrally_tui"


def test_no_folder_is_crowded_and_no_arrow_runs_upward_or_in_a_circle(
    tool: ModuleType, house: Any
) -> None:
    assert tool.faults(house) == []


def test_the_picture_is_current(tool: ModuleType, house: Any) -> None:
    assert tool.TARGET.read_text(encoding="utf-8") == tool.picture(house), "run make map"


def small_house(tool: ModuleType, *imports: tuple[str, str]) -> Any:
    graph = grimp.ImportGraph()
    for name in ("", ".wizard", ".site", ".site.model", ".text", ".text.table"):
        graph.add_module(f"{PACKAGE}{name}")
    for source, target in imports:
        graph.add_import(importer=f"{PACKAGE}.{source}", imported=f"{PACKAGE}.{target}")
    floors = tuple((f"{PACKAGE}.{name}",) for name in ("wizard", "site", "text"))
    return tool.House(graph, (floors,))


def test_a_small_house_is_sound_and_drawn(tool: ModuleType) -> None:
    house = small_house(tool, ("wizard", "site.model"), ("site.model", "text.table"))
    assert tool.faults(house) == []
    assert tool.picture(house).count("marker-end") == 2


def test_an_arrow_upward_is_a_fault(tool: ModuleType) -> None:
    house = small_house(tool, ("text.table", "site.model"))
    assert tool.faults(house) == [
        "solarrally_tui.text imports solarrally_tui.site, which is not below it."
    ]


def test_a_circle_is_a_fault(tool: ModuleType) -> None:
    house = small_house(tool, ("site.model", "text.table"), ("text", "site"))
    assert any("in a circle" in fault for fault in tool.faults(house))


def test_a_crowded_folder_is_a_fault(tool: ModuleType) -> None:
    house = small_house(tool)
    for number in range(21):
        house.graph.add_module(f"{PACKAGE}.site.part{number}")
    assert tool.faults(house) == ["solarrally_tui.site has 22 modules side by side, more than 20."]


def test_a_room_on_no_layer_is_a_fault(tool: ModuleType) -> None:
    house = small_house(tool)
    house = replace(house, contracts=(house.contracts[0][:-1],))
    assert tool.faults(house) == ["solarrally_tui.text is on no layer in pyproject.toml."]
