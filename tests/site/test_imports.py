"""Import hygiene, seen from fresh interpreters: every module of every room is imported."""

import ast
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import solarrally_tui
from solarrally_tui import screens
from solarrally_tui.wizard import engine

PACKAGES = pkgutil.iter_modules(solarrally_tui.__path__)
ROOMS = tuple(info.name for info in PACKAGES if info.ispkg)
ENGINE = tuple(room for room in ROOMS if room not in {"screens", "simulator"})
WITHOUT_BOTO3 = tuple(room for room in ROOMS if room not in {"aws", "simulator"})
"""The door's own room holds what talks to AWS; it is imported when the door is opened."""
HEAVY = {"textual", "boto3", "botocore", "ministack", "solarrally_tui.simulator"}
SLOW_TO_START = {
    "pydantic",
    "boto3",
    "botocore",
    "jinja2",
    "httpx",
    "keyring",
    "yaml",
    "websockets",
}

NOT_ON_WELCOME = {
    "textual.widgets._tabs",
    "solarrally_tui.architecture.text_drawing",
    "solarrally_tui.provisioning.engine.steps",
    "solarrally_tui.screens.common.confirm",
    "solarrally_tui.screens.presenter",
    "solarrally_tui.wizard.model",
    "solarrally_tui.wizard.run_progress",
}
"""What the first screen can do without; together they took a sixth of the wizard's start."""

_ALL_OF = """
import importlib, importlib.util, json, pkgutil, sys
package = "solarrally_tui." + sys.argv[1]
found = [package]
spec = importlib.util.find_spec(package)
for each in pkgutil.walk_packages(spec.submodule_search_locations or [], package + "."):
    found.append(each.name)
for each in found:
    importlib.import_module(each)
loaded = [name for name in sys.modules if "." not in name or name.startswith("solarrally")]
print(json.dumps([found, loaded]))
"""


def told(code: str, *words: str) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, check=True, text=True
    )
    return list(json.loads(done.stdout))


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """Return what is loaded after importing every module of a room, for every room."""
    return {room: set(told(_ALL_OF, room)[1]) for room in ROOMS if room != "simulator"}


@pytest.mark.parametrize("room", ENGINE)
def test_no_module_of_the_engine_imports_textual(loaded: dict[str, set[str]], room: str) -> None:
    assert not loaded[room] & {"textual", "ministack", "solarrally_tui.simulator"}


@pytest.mark.parametrize("room", WITHOUT_BOTO3)
def test_no_module_but_the_doors_imports_boto3(loaded: dict[str, set[str]], room: str) -> None:
    assert not loaded[room] & {"boto3", "botocore", "ministack", "solarrally_tui.simulator"}


def test_every_screen_was_looked_at(loaded: dict[str, set[str]]) -> None:
    files = Path(str(screens.__file__)).parent.rglob("*.py")
    stems = {path.stem for path in files if path.stem != "__init__"}
    assert len(stems) > 40
    seen = {name.rpartition(".")[2] for name in loaded["screens"] if ".screens." in name}
    assert stems <= seen


def loaded_after(*modules: str) -> set[str]:
    code = f"import json, sys, {', '.join(modules)}\nprint(json.dumps([list(sys.modules)]))"
    return set(told(code)[0])


def test_parsing_the_command_line_imports_nothing_heavy() -> None:
    heavy = HEAVY | SLOW_TO_START
    assert not loaded_after("solarrally_tui.cli") & heavy


def test_the_first_screen_imports_nothing_slow() -> None:
    first = (
        "commands.wizard",
        "app",
        "commands.shared.event_readers",
        "wizard.engine",
        "screens.welcome",
    )
    modules = loaded_after(*(f"solarrally_tui.{each}" for each in first))
    assert "textual" in modules
    assert not modules & (SLOW_TO_START | NOT_ON_WELCOME)


def test_preloading_imports_what_the_engine_imports_later() -> None:
    source = Path(str(engine.__file__)).read_text(encoding="utf-8")
    functions = [
        n
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    later = {n.module for f in functions for n in ast.walk(f) if isinstance(n, ast.ImportFrom)}
    assert len(later) > 10
    code = (
        "import json, sys\n"
        "from solarrally_tui.wizard.engine import real_services\n"
        "before = list(sys.modules)\n"
        "real_services().preload()\n"
        "print(json.dumps([before, list(sys.modules)]))"
    )
    before, after = map(set, told(code))
    assert later <= after
    assert not before & SLOW_TO_START
