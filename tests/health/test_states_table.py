"""The tables of states in docs/status.md have every state, and none that is green and blind."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from tests.health.states import HUB_STATES, STATES

TOOLS = Path(__file__).parents[2] / "tools"
_WRONG = ("failing", "warning")


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("status_states")


def test_each_state_and_scenario_has_its_row(tool: ModuleType) -> None:
    names = {tool.cell(state.name) for state in (*STATES, *tool.SCENES, *HUB_STATES, *tool.LINES)}
    assert names - set(tool.written()) == set(), "run make states"
    parts = (STATES, tool.SCENES, HUB_STATES, tool.LINES)
    assert len(names) == sum(map(len, parts)) > 60


def test_the_tables_are_of_these_rows_and_of_what_the_application_said(tool: ModuleType) -> None:
    between = tool.TARGET.read_text(encoding="utf-8").partition(tool.BEGIN)[2]
    assert between.partition(tool.END)[0] == tool.document(tool.written()), "run make states"


def test_no_row_is_green_where_telemetry_does_not_flow(tool: ModuleType) -> None:
    others = {
        tool.cell(state.name) for state in STATES if state.provoke is None or not state.signed_in
    }
    blind = {
        name: (status, cause)
        for name, (page, _, status, cause) in tool.written().items()
        if page != tool.FLOWS and name not in others
    }
    assert len(blind) > 12
    for name, (status, cause) in blind.items():
        assert status.startswith(_WRONG), name
        assert cause != "nothing", name


def test_each_line_of_a_log_has_its_cause(tool: ModuleType) -> None:
    rows = tool.written()
    for met, state in zip(tool.SCENARIOS, tool.LINES, strict=True):
        assert f"`{met.rule}`" in rows[tool.cell(state.name)][-1], state.name
