"""The map of the package, read once for the tests that look at it."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def tool() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        return import_module("map")


@pytest.fixture(scope="session")
def house(tool: ModuleType) -> Any:
    return tool.read()
