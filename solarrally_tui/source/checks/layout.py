"""What a source must have so that the build can build it and a task can run it."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Final

from solarrally_tui.source.backend_task import task
from solarrally_tui.source.checks.python_tree import Python, constant, routes
from solarrally_tui.source.finding import Level, Place, SourceFinding, listed
from solarrally_tui.source.tree import Tree

_FILES: Final = {
    "backend/Dockerfile.production": (
        "dockerfile",
        "The image cannot be built without its Dockerfile.",
        "add backend/Dockerfile.production, which copies the backend to /app",
    ),
    "backend/requirements.txt": (
        "requirements",
        "The backend does not list the packages it needs.",
        "add backend/requirements.txt",
    ),
    "backend/main.py": (
        "entry-point",
        "A task starts main:app, but there is no main.",
        "add backend/main.py with the application as app",
    ),
    "frontend/package.json": (
        "page-package",
        "The web page cannot be built without its package.json.",
        "add frontend/package.json with a script named build",
    ),
}
REQUIRED: Final = frozenset(_FILES)
"""Files that the build cannot do without; each has its own finding."""

_BUILT: Final = ("backend/", "frontend/")
_SUBMODULES: Final = ".gitmodules"
_LFS: Final = r"^version https://git-lfs\.github\.com/spec/"
_LOCKS: Final = ("frontend/package-lock.json", "frontend/npm-shrinkwrap.json")
_NEEDED_PACKAGES: Final = {"uvicorn": "starts the backend", "asyncpg": "reaches the database"}


def findings(tree: Tree, python: Python) -> Iterator[SourceFinding]:
    """Yield what is missing or unreadable."""
    for name, (id_, what, todo) in _FILES.items():
        if not tree.has(name):
            yield blocked(id_, what, (Place(name),), todo)
    yield from _not_fetched(tree)
    yield from _entry_point(python)
    yield from _packages(tree)
    yield from _page(tree)
    yield from _paths(python)
    yield from _unreadable(python)
    yield from _variables(python)


def blocked(id_: str, what: str, places: tuple[Place, ...], todo: str) -> SourceFinding:
    """Return a finding that nothing here corrects."""
    return SourceFinding(id_, Level.BLOCKED, what, places, f"{todo}.")


def _not_fetched(tree: Tree) -> Iterator[SourceFinding]:
    """Yield what Git keeps elsewhere, and the build does not fetch."""
    if tree.has(_SUBMODULES):
        paths = re.findall(r"(?m)^\s*path\s*=\s*(\S+)", tree.read(_SUBMODULES))
        needed = [path for path in paths if path.startswith(_BUILT)]
        what = f"The build does not fetch submodules: {', '.join(needed or paths)} is empty there."
        todo = "commit the files themselves instead of a submodule"
        places = tree.find(r"^\s*path\s*=", _SUBMODULES)
        if needed:
            yield blocked("submodules", what, places, todo)
        else:
            todo = "nothing, if neither backend nor frontend needs them."
            yield SourceFinding("submodules", Level.WARNING, what, places, todo)
    pointers = [
        place for half in _BUILT for place in tree.find(_LFS, f"{half}*") if place.line == 1
    ]
    if pointers:
        what = "The build does not fetch files from Git LFS, only the pointers to them."
        todo = "commit the files themselves (git lfs migrate export)"
        yield blocked("lfs-pointers", what, tuple(pointers), todo)
    scripts = [name for name in tree.files("backend/*") if _ends_like_windows(tree, name)]
    if scripts:
        what = f"{listed(scripts)}: line ends of Windows, so Linux does not find the interpreter."
        todo = "write them with LF, for example by *.sh text eol=lf in .gitattributes."
        places = tuple(Place(name, 1) for name in scripts)
        yield SourceFinding("windows-scripts", Level.WARNING, what, places, todo)


def _ends_like_windows(tree: Tree, name: str) -> bool:
    with (tree.root / name).open("rb") as file:
        first = file.readline(200)
    return first.startswith(b"#!") and first.endswith(b"\r\n")


def _entry_point(python: Python) -> Iterator[SourceFinding]:
    for module in python.modules:
        if module.name == "backend/main.py" and module.tree and not _binds_app(module.tree):
            what = "A task starts main:app, but main has no app."
            todo = "name the application app in backend/main.py"
            yield blocked("entry-point", what, (Place(module.name),), todo)


def _binds_app(tree: ast.Module) -> bool:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.asname or alias.name for alias in node.names}
        if "app" in names:
            return True
    return False


def _packages(tree: Tree) -> Iterator[SourceFinding]:
    name = "backend/requirements.txt"
    if not tree.has(name):
        return
    for package, does in _NEEDED_PACKAGES.items():
        if not re.search(rf"(?mi)^\s*{package}\b", tree.read(name)):
            what = f"{package} is not among the packages, but it {does}."
            yield blocked(f"package-{package}", what, (Place(name),), f"add {package} to {name}")


def _page(tree: Tree) -> Iterator[SourceFinding]:
    name = "frontend/package.json"
    if not tree.has(name):
        return
    if "build" not in _scripts(tree.read(name)):
        what = "The web page has no script named build."
        yield blocked("page-build", what, (Place(name),), f"add the script build to {name}")
    if not any(map(tree.has, _LOCKS)):
        what = "npm ci does not install without a lock file."
        todo = "run npm install in frontend and commit package-lock.json"
        yield blocked("page-lock", what, (Place(_LOCKS[0]),), todo)


def _scripts(text: str) -> dict[str, str]:
    try:
        package = json.loads(text)
    except ValueError:
        return {}
    scripts = package.get("scripts") if isinstance(package, dict) else None
    return scripts if isinstance(scripts, dict) else {}


def _paths(python: Python) -> Iterator[SourceFinding]:
    if not python.modules:
        return
    texts = {constant(node) for _, node in python.nodes(ast.Constant)}
    if "/health" not in texts:
        what = "The load balancer requests /health, but no route answers it."
        yield blocked("health-route", what, (Place("backend"),), "add GET /health with status 200")
    elif "mqtt_connected" not in texts:
        what = "/health does not return mqtt_connected, so solarrally status misses a lost broker."
        todo = "let /health return mqtt_connected, true or false."
        yield SourceFinding("health-mqtt", Level.WARNING, what, _health(python), todo)
    if not any("/ws/live" in path for _, _, path in routes(python, "websocket")):
        what = "The web page reads its values from the WebSocket /ws/live, but no route opens it."
        yield blocked("live-route", what, (Place("backend"),), "add the WebSocket /ws/live")


def _health(python: Python) -> tuple[Place, ...]:
    found = routes(python, "get", "api_route")
    return tuple(module.place(node) for module, node, path in found if path == "/health")


def _unreadable(python: Python) -> Iterator[SourceFinding]:
    places = tuple(module.error for module in python.modules if module.error)
    if places:
        files = listed(place.file for place in places)
        what = f"Not valid Python, so importing it fails: {files}."
        yield blocked("not-python", what, places, "correct the file")


def _variables(python: Python) -> Iterator[SourceFinding]:
    """Yield variables that the backend cannot start without and that no task sets."""
    known = {*task().variables, *task().secrets}
    missing: dict[str, list[Place]] = {}
    for module, node in python.nodes(ast.Subscript):
        name = constant(node.slice)
        is_environ = isinstance(node.value, ast.Attribute) and node.value.attr == "environ"
        if is_environ and isinstance(node.ctx, ast.Load) and name and name not in known:
            missing.setdefault(str(name), []).append(module.place(node))
    for name, places in sorted(missing.items()):
        what = f"The backend does not start without the variable {name}, and no task sets it."
        todo = f"give {name} a default, or read one of {', '.join(sorted(known))}"
        yield blocked(f"variable-{name.lower()}", what, tuple(places), todo)
