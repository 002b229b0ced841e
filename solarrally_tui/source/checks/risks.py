"""What runs, but leaves something open or hidden that an operator should know about."""

import ast
from collections.abc import Iterator
from typing import Final

from solarrally_tui.source.checks.python_tree import (
    Function,
    Module,
    Python,
    argument,
    constant,
    dependencies,
    keyword,
    last_name,
    routes,
)
from solarrally_tui.source.finding import Level, Place, SourceFinding, listed
from solarrally_tui.source.tree import Tree

_WRITING: Final = ("post", "put", "patch", "delete")
_PRIVILEGES: Final = ("role", "role_id", "roles", "is_admin", "permissions")
_OUTPUT: Final = ("print", "debug", "info", "warning", "error")
_CURRENCIES: Final = ("_jmd", "_usd", "_eur")
_EXAMPLES: Final = (".example", ".sample", ".template", ".dist")


def findings(tree: Tree, python: Python) -> Iterator[SourceFinding]:
    """Yield what the source leaves open or hides."""
    for id_, what, places, todo in (
        (
            "open-registration",
            "Anyone can register and choose the administrator role.",
            _registration(python),
            "keep registration closed at the web address, or set the role in the backend",
        ),
        (
            "self-made-superuser",
            "Any user can become a superuser by changing fields of their own account.",
            _self_update(python),
            "keep the route closed at the web address, or do not let it set is_superuser",
        ),
        (
            "writing-without-login",
            "Anyone can change {names} without signing in.",
            _unguarded(python),
            "keep the routes closed at the web address, or require a user in the backend",
        ),
        (
            "live-without-login",
            "Live telemetry is open to anyone who knows the address.",
            _open_sockets(python),
            "require a password at the web address, or restrict it to your addresses",
        ),
        (
            "any-origin",
            "Pages of any other website can call the backend in a visitor's name.",
            _any_origin(python),
            "list the allowed origins; the web page has the same address and needs none",
        ),
        (
            "token-in-log",
            "Tokens that reset a password are written to the log.",
            _logged_tokens(python),
            "remove the token from the message; until then, limit who can read the log",
        ),
        (
            "health-blind",
            "/health reports the database as connected without checking.",
            _blind_health(python),
            "watch the database's own alarms; /health says nothing about it",
        ),
        (
            "stale-connections",
            "After the database was unavailable, the first request fails.",
            _no_ping(python),
            "add pool_pre_ping=True to create_async_engine",
        ),
        (
            "state-in-process",
            "{names} is kept in a task's memory: tasks differ, and a restart loses it.",
            _in_memory(python),
            "run one task, or store it in the database",
        ),
        (
            "never-stored",
            "Nothing is ever stored in {names}, so its lists stay empty.",
            _never_stored(python),
            "expect live values without a history, or store sessions in the backend",
        ),
        (
            "currency-in-names",
            "Amounts of stored sessions have a currency in their names, whatever the site's is.",
            _currency_names(python),
            "read them in the currency in which they were stored; the dashboard does not show them",
        ),
        (
            "env-file",
            "A file of environment variables, often with passwords, is part of the source.",
            _env_files(tree),
            "remove it from the source and change the passwords in it; the image leaves it out",
        ),
    ):
        ordered = tuple(sorted(set(places), key=lambda place: (place.file, place.line)))
        if ordered:
            named = what.format(names=listed(place.name for place in ordered))
            yield SourceFinding(id_, Level.WARNING, named, ordered, f"{todo}.")


def _registration(python: Python) -> Iterator[Place]:
    routers = [module.place(call) for module, call in python.calls("get_register_router")]
    fields = [
        module.place(field)
        for module, node in _subclasses(python, "BaseUserCreate")
        for field in node.body
        if isinstance(field, ast.AnnAssign) and last_name(field.target) in _PRIVILEGES
    ]
    if routers and fields:
        yield from (*routers, *fields)


def _subclasses(python: Python, base: str) -> Iterator[tuple[Module, ast.ClassDef]]:
    for module, node in python.nodes(ast.ClassDef):
        if base in map(last_name, node.bases):
            yield module, node


def _self_update(python: Python) -> Iterator[Place]:
    """Yield handlers that copy every field of an update and require no administrator."""
    updates = {node.name for _, node in _subclasses(python, "BaseUserUpdate")}
    for module, node, _ in routes(python, "put", "patch"):
        takes = {last_name(a.annotation) for a in node.args.args if a.annotation}
        sets = [
            n for n in ast.walk(node) if isinstance(n, ast.Call) and last_name(n.func) == "setattr"
        ]
        if takes & updates and sets and not _privileged(node):
            yield module.place(sets[0])


def _privileged(node: Function) -> bool:
    return any("admin" in name or "superuser" in name for name in dependencies(node))


def _unguarded(python: Python) -> Iterator[Place]:
    for module, node, path in routes(python, *_WRITING):
        if not dependencies(node) and not _always_raises(node):
            yield module.place(node, path or node.name)


def _always_raises(node: Function) -> bool:
    return isinstance(node.body[-1], ast.Raise)


def _open_sockets(python: Python) -> Iterator[Place]:
    for module, node, _ in routes(python, "websocket"):
        words = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
        if not dependencies(node) and not words & {"cookies", "query_params", "headers"}:
            yield module.place(node)


def _any_origin(python: Python) -> Iterator[Place]:
    for module, call in python.calls("add_middleware"):
        origins = keyword(call, "allow_origins")
        anyone = isinstance(origins, ast.List) and "*" in map(constant, origins.elts)
        if anyone and constant(keyword(call, "allow_credentials")) is True:
            yield module.place(call)


def _logged_tokens(python: Python) -> Iterator[Place]:
    for module, node in python.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        if node.name.startswith("on_after_") and "token" in {a.arg for a in node.args.args}:
            yield from (module.place(call) for call in _printing(node, "token"))


def _printing(node: ast.AST, name: str) -> Iterator[ast.Call]:
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or last_name(call.func) not in _OUTPUT:
            continue
        if any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(call)):
            yield call


def _blind_health(python: Python) -> Iterator[Place]:
    for module, node, path in routes(python, "get"):
        for answer in ast.walk(node) if path == "/health" else ():
            if isinstance(answer, ast.Dict):
                pairs = zip(answer.keys, answer.values, strict=True)
                yield from (
                    module.place(value)
                    for key, value in pairs
                    if constant(key) == "database" and constant(value) is not None
                )


def _no_ping(python: Python) -> Iterator[Place]:
    for module, call in python.calls("create_async_engine"):
        if keyword(call, "pool_pre_ping") is None and argument(call, 0) is not None:
            yield module.place(call)


def _in_memory(python: Python) -> Iterator[Place]:
    """Yield where a handler assigns to a global."""
    for module, node, _ in routes(python, *_WRITING):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Global):
                yield module.place(inner, listed(inner.names))


def _never_stored(python: Python) -> Iterator[Place]:
    """Yield tables that no code creates a row of. The library of users creates its own."""
    created = {last_name(call.func) for _, call in python.nodes(ast.Call)}
    for module, node in python.nodes(ast.ClassDef):
        tables = [
            str(constant(statement.value) or node.name)
            for statement in node.body
            if isinstance(statement, ast.Assign)
            and "__tablename__" in map(last_name, statement.targets)
        ]
        of_library = any("BaseUserTable" in last_name(base) for base in node.bases)
        if tables and node.name not in created and not of_library:
            yield module.place(node, f"the table {tables[0]}")


def _currency_names(python: Python) -> Iterator[Place]:
    """Yield fields of answers whose names end in the code of a currency."""
    for module, field in python.nodes(ast.AnnAssign):
        if last_name(field.target).endswith(_CURRENCIES):
            yield module.place(field)


def _env_files(tree: Tree) -> Iterator[Place]:
    for name in tree.names:
        last = name.rpartition("/")[2]
        if (last == ".env" or last.startswith(".env.")) and not last.endswith(_EXAMPLES):
            yield Place(name)
