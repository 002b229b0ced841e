"""Fixes of what the backend does with its database, its users and its log."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from .source import (
    ALREADY,
    APPLIED,
    NOT_NEEDED,
    Edits,
    Fix,
    Mismatch,
    called,
    imported,
    parse,
    python_files,
    read,
    routes,
    write,
)

DATABASE = "backend/db/database.py"
USER_MODEL = "backend/models/user.py"
MAIN = "backend/main.py"

# A connection older than this is not used again: a failover takes longer, so what it leaves behind
# is replaced instead of hanging. Timeouts in seconds, of connecting and of a statement.
ENGINE = (
    ("pool_pre_ping", "True"),
    ("pool_recycle", "60"),
    ("pool_timeout", "10"),
    ("hide_parameters", "True"),
    ("connect_args", '{"timeout": 10, "command_timeout": 10}'),
)
PRINTING = ("print", "debug", "info", "warning", "error", "exception", "critical")
CONFLICT = '''


@{app}.exception_handler(IntegrityError)
async def conflict(_request, _error):
    """Answer what the database refuses, without the row in the log."""
    detail = "This conflicts with what is stored already."
    return JSONResponse(status_code=409, content={"detail": detail})
'''


def stale_connections(root: Path) -> str:
    """Check connections before use, replace old ones, and let nothing wait for ever."""
    text = read(root, DATABASE)
    calls = [n for n in ast.walk(parse(text, DATABASE)) if called(n) == "create_async_engine"]
    if len(calls) != 1 or not isinstance(calls[0], ast.Call) or not calls[0].args:
        raise Mismatch(f"{DATABASE} has create_async_engine {len(calls)} times, expected once")
    given = {word.arg for word in calls[0].keywords}
    missing = [(name, value) for name, value in ENGINE if name not in given]
    if not missing:
        return ALREADY
    if "connect_args" in given and "timeout" not in text:
        raise Mismatch(f"{DATABASE} has connect_args without a timeout")
    if given & {"poolclass", "pool"}:
        raise Mismatch(f"{DATABASE} has a pool of its own")
    edits = Edits(text)
    edits.after(calls[0].args[0], "".join(f",\n    {name}={value}" for name, value in missing))
    return write(root, DATABASE, edits.done())


def emails_in_log(root: Path) -> str:
    """Name users in the log by their id, and no token at all."""
    changed = {}
    for name, text in python_files(root).items():
        edits, found = Edits(text), False
        for call in ast.walk(parse(text, name)):
            if called(call) not in PRINTING or not _personal(call):
                continue
            # Places inside an f-string are unreliable before Python 3.12: so the call as a text.
            new = re.sub(r"\.email\b", ".id", edits.text_of(call))
            new = re.sub(r"\{token\}", "(not shown)", new)
            if _personal(parse(new.strip(), name)):
                raise Mismatch(f"{name} writes an e-mail address to the log in an unknown way")
            edits.replace(call, new)
            found = True
        if found:
            changed[name] = edits.done()
    for name, text in changed.items():
        write(root, name, text)
    return APPLIED if changed else ALREADY


def _personal(node: ast.AST) -> bool:
    return any(
        (isinstance(inner, ast.Attribute) and inner.attr == "email")
        or (isinstance(inner, ast.Name) and inner.id in ("email", "token"))
        for inner in ast.walk(node)
    )


def conflicts_in_log(root: Path) -> str:
    """Answer a conflict with 409: a 500 writes the row, with its e-mail address, to the log."""
    text = read(root, MAIN)
    if "exception_handler(IntegrityError)" in text:
        return ALREADY
    apps = [
        node
        for node in parse(text, MAIN).body
        if isinstance(node, ast.Assign) and called(node.value) == "FastAPI"
    ]
    name = getattr(apps[0].targets[0], "id", "") if len(apps) == 1 else ""
    if not name:
        raise Mismatch(f"{MAIN} makes FastAPI(...) {len(apps)} times, expected once")
    edits = Edits(text)
    edits.after(apps[0], CONFLICT.rstrip("\n").replace("{app}", name))
    text = imported(edits.done(), "from sqlalchemy.exc import IntegrityError")
    return write(root, MAIN, imported(text, "from fastapi.responses import JSONResponse"))


def user_with_sessions(root: Path) -> str:
    """Let the sessions of a deleted user stay without a name; the database refused to delete."""
    models = [
        node
        for node in ast.walk(parse(read(root, USER_MODEL), USER_MODEL))
        if isinstance(node, ast.ClassDef) and _belongs_to_users(node)
    ]
    if not models:
        return NOT_NEEDED
    # Where a library deletes users there is no route of our own to correct.
    for name, text in python_files(root).items():
        for _, handler in routes(parse(text, name), "delete"):
            deleting = [s for s in ast.walk(handler) if _deletes_user(s)]
            if not deleting:
                continue
            source = ast.get_source_segment(text, handler) or ""
            if all(f"{model.name}.user_id" in source for model in models):
                return ALREADY
            return write(root, name, _kept(text, deleting[0], [model.name for model in models]))
    raise Mismatch(
        f"backend has no route that deletes a user, and {models[0].name} refers to users"
    )


def _belongs_to_users(model: ast.ClassDef) -> bool:
    """Whether the table has a column user_id of the table users that may be empty."""
    return any(
        isinstance(line, ast.Assign)
        and getattr(line.targets[0], "id", "") == "user_id"
        and "users.id" in ast.dump(line.value)
        for line in model.body
    )


def _deletes_user(node: ast.AST) -> bool:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Await):
        return False
    call = node.value.value
    return (
        isinstance(call, ast.Call)
        and called(call) == "delete"
        and [getattr(a, "id", "") for a in call.args] == ["user"]
    )


def _kept(text: str, deleting: ast.AST, models: list[str]) -> str:
    edits = Edits(text)
    if not isinstance(deleting, ast.Expr):  # for the type checker: _deletes_user has seen it
        raise Mismatch("the deletion of a user is no statement")
    session = edits.text_of(deleting).removeprefix("await ").partition(".")[0]
    lines = ["from sqlalchemy import update"]
    for model in models:
        lines += [
            f"from models.user import {model}",
            f"theirs = update({model}).where({model}.user_id == user.id)",
            f"await {session}.execute(theirs.values(user_id=None))",
        ]
    edits.before(deleting, *lines)
    return edits.done()


def password_change(root: Path) -> str:
    """Let a change of a password change it: the field was dropped, and the answer was 200."""
    results = []
    for name, text in python_files(root).items():
        edits, found = Edits(text), False
        for loop in ast.walk(parse(text, name)):
            if not isinstance(loop, ast.For) or not _sets_fields(loop):
                continue
            source = ast.get_source_segment(text, loop) or ""
            if "hashed_password" in source:
                results.append(ALREADY)
                continue
            names = [getattr(each, "id", "") for each in getattr(loop.target, "elts", ())]
            if len(names) != 2:
                raise Mismatch(f"{name} sets the fields of a user in an unknown way")
            field, value = names
            edits.before(
                loop.body[0],
                f'if {field} == "password" and {value}:',
                f'    {field}, {value} = "hashed_password", PasswordHelper().hash({value})',
            )
            found = True
        if found:
            line = "from fastapi_users.password import PasswordHelper"
            results.append(write(root, name, imported(edits.done(), line)))
    if not results:
        return NOT_NEEDED
    return APPLIED if APPLIED in results else ALREADY


def _sets_fields(loop: ast.For) -> bool:
    return called(loop.iter) == "items" and any(called(n) == "setattr" for n in ast.walk(loop))


ACCOUNTS = (
    Fix("stale-connections", "a lost database hangs or fails the next sign-ins", stale_connections),
    Fix("emails-in-log", "e-mail addresses and tokens reach the log", emails_in_log),
    Fix("conflicts-in-log", "a conflict answers 500 and logs the row", conflicts_in_log),
    Fix("user-with-sessions", "a user with sessions cannot be deleted", user_with_sessions),
    Fix("password-change", "changing a password answers 200 and changes nothing", password_change),
)
