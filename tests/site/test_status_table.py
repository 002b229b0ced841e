"""The tables of statuses and failures in the documentation are what commands and tests use."""

import importlib
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


def test_the_table_of_statuses_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    tool = importlib.import_module("status_table")
    written = tool.TARGET.read_text(encoding="utf-8")
    assert f"{tool.BEGIN}{tool.table()}{tool.END}" in written, "run make generated"


def test_the_catalogue_of_failures_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    tool = importlib.import_module("failure_document")
    assert tool.TARGET.read_text(encoding="utf-8") == tool.document(), "run make generated"


def test_the_schema_of_telemetry_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    tool = importlib.import_module("telemetry_document")
    assert tool.TARGET.read_text(encoding="utf-8") == tool.text(), "run make generated"


def test_the_list_of_causes_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    tool = importlib.import_module("cause_document")
    assert tool.TARGET.read_text(encoding="utf-8") == tool.document(), "run make generated"


def test_the_claims_that_nobody_has_confirmed_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    tool = importlib.import_module("unproven_document")
    assert tool.TARGET.read_text(encoding="utf-8") == tool.document(), "run make generated"
