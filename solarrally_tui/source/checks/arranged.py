"""What would not run elsewhere, and how the site handles it."""

import ast
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from solarrally_tui.source.backend_task import task
from solarrally_tui.source.checks.python_tree import Module, Python, argument, constant, keyword
from solarrally_tui.source.finding import Level, Place, SourceFinding
from solarrally_tui.source.tree import Tree

DOCKERFILE: Final = "backend/Dockerfile.production"
LOCAL: Final = r"\b(?:wss?|https?)://(?:localhost|127\.0\.0\.1)\b"


def findings(tree: Tree, python: Python) -> Iterator[SourceFinding]:
    """Yield what the site handles."""
    yield from _workers(tree)
    yield from _mqtt(python)
    yield from _defaults(python)
    yield from _tables(python)
    yield from _redirects(python)
    yield from _beside_the_build(tree)


def _arranged(
    id_: str, what: str, places: tuple[Place, ...], remedy: str
) -> Iterator[SourceFinding]:
    if places:
        yield SourceFinding(id_, Level.ARRANGED, what, tuple(sorted(set(places), key=str)), remedy)


def _workers(tree: Tree) -> Iterator[SourceFinding]:
    places = tree.find(r"--workers\"?'?[,=\s]+[\"']?(?!1\b)\d+", DOCKERFILE)
    yield from _arranged(
        "two-workers",
        "The image starts several workers. They share one MQTT client ID and disconnect each "
        "other; those that lose their connection stop for good.",
        places,
        "A task starts one worker; more tasks replace more workers.",
    )


def _mqtt(python: Python) -> Iterator[SourceFinding]:
    clients = [(m, c) for m, c in python.calls("Client") if _is_mqtt(m)]
    fixed = tuple(m.place(c) for m, c in clients if constant(keyword(c, "client_id")))
    yield from _arranged(
        "constant-client-id",
        "The MQTT client ID is a constant, so two tasks on one broker disconnect each other.",
        fixed,
        "Each task has its own broker, which connects to AWS IoT with its own ID.",
    )
    if any(True for _ in python.calls("tls_set", "tls_set_context")):
        return
    yield from _arranged(
        "mqtt-without-tls",
        "The backend speaks plain MQTT; AWS IoT requires TLS with a certificate.",
        tuple(module.place(call) for module, call in clients),
        "A broker beside the backend speaks TLS with AWS IoT and forwards the telemetry.",
    )
    yield from _arranged(
        "broker-needed-at-start",
        "The backend stops when the broker does not answer at its start.",
        tuple(_raising(python)),
        "A task starts its broker first, and waits up to 45 seconds for the link to AWS IoT.",
    )


def _is_mqtt(module: Module) -> bool:
    return "paho" in module.text


def _raising(python: Python) -> Iterator[Place]:
    """Yield where a function that connects to the broker raises."""
    for module, node in python.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        inner = list(ast.walk(node))
        connects = any(isinstance(n, ast.Attribute) and n.attr == "connect" for n in inner)
        raised = [n for n in inner if isinstance(n, ast.Raise) and n.exc is not None]
        if _is_mqtt(module) and connects and raised:
            yield module.place(raised[0])


def _defaults(python: Python) -> Iterator[SourceFinding]:
    read = list(_variables_with_defaults(python))
    yield from _arranged(
        "database-default",
        "Without DATABASE_URL, the backend uses an address and a password from its code.",
        tuple(place for name, value, place in read if name == "DATABASE_URL" and _password(value)),
        "A task gets its database from DATABASE_URL, user and password from a secret.",
    )
    keys = [(n, p) for n, v, p in read if re.search(r"SECRET|JWT.*KEY", n) and isinstance(v, str)]
    secrets = task().secrets
    yield from _arranged(
        "secret-default",
        "Without a variable, tokens are signed with a key that anyone can read in the code.",
        tuple(place for name, place in keys if name in secrets),
        "Tokens are signed with a generated secret: "
        f"{', '.join(s for s in secrets if 'SECRET' in s)}.",
    )
    for name, place in keys:
        if name not in secrets:
            what = f"Without {name}, the backend uses a secret from its code. No task sets it."
            todo = f"read the secret from one of {', '.join(secrets)}."
            yield SourceFinding("secret-unset", Level.BLOCKED, what, (place,), todo)


def _variables_with_defaults(python: Python) -> Iterator[tuple[str, Any, Place]]:
    for module, call in python.calls("getenv", "get"):
        name, default = constant(argument(call, 0)), constant(argument(call, 1))
        is_environment = "environ" in ast.unparse(call.func) or "getenv" in ast.unparse(call.func)
        if is_environment and isinstance(name, str) and default:
            yield name, default, module.place(call)


def _password(value: Any) -> bool:
    try:
        return bool(urlsplit(str(value)).password)
    except ValueError:
        return False


def _tables(python: Python) -> Iterator[SourceFinding]:
    attributes = (m.place(n) for m, n in python.nodes(ast.Attribute) if n.attr == "create_all")
    yield from _arranged(
        "tables-at-start",
        "The backend creates its tables at its start. If two tasks start at once for the first "
        "time, one may stop.",
        tuple(attributes),
        "Amazon ECS starts a task again that stops over its tables; by then they exist.",
    )


def _redirects(python: Python) -> Iterator[SourceFinding]:
    made = [(m, c) for m, c in python.calls("FastAPI") if _redirects_slashes(c)]
    if "FORWARDED_ALLOW_IPS" in task().variables:
        yield from _arranged(
            "redirects-to-http",
            "Behind a load balancer, an address with an extra slash is redirected to http.",
            tuple(module.place(call) for module, call in made),
            "Redirects keep HTTPS: a task trusts the load balancer (FORWARDED_ALLOW_IPS).",
        )


def _redirects_slashes(call: ast.Call) -> bool:
    setting = keyword(call, "redirect_slashes")
    return not (isinstance(setting, ast.Constant) and setting.value is False)


def _beside_the_build(tree: Tree) -> Iterator[SourceFinding]:
    scripts = Python.below(tree, "scripts")
    plain = [m for m in scripts.modules if "tls_set" not in m.text and _is_mqtt(m)]
    yield from _arranged(
        "publishers-without-tls",
        "The scripts that publish telemetry speak plain MQTT and cannot connect to AWS IoT.",
        tuple(m.place(c) for m, c in Python(tuple(plain)).calls("Client")),
        "The scripts that publish telemetry are not deployed. Use solarrally chargers simulate.",
    )
    yield from _arranged(
        "local-page-beside",
        "A page that is not part of the web page calls localhost.",
        tuple(p for p in tree.find(LOCAL, "*.html") if not p.file.startswith("frontend/")),
        "The page beside the web page is not deployed.",
    )
