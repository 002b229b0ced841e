"""Fixes that let the backend tell the page what is true: prices, chargers, and who is silent."""

from __future__ import annotations

import ast
from pathlib import Path

from .source import (
    ALREADY,
    Edits,
    Fix,
    Mismatch,
    body,
    called,
    imported,
    parse,
    python_files,
    read,
    routes,
    write,
)

MAIN = "backend/main.py"
SOCKETS = "backend/utils/websocket_manager.py"
SITE = "backend/api/site.py"
FILES = Path(__file__).parent / "files"

PRICES = {
    "solar_rate_per_kwh": 'float(os.getenv("SOLAR_PRICE_PER_KWH", "0"))',
    "grid_rate_per_kwh": 'float(os.getenv("GRID_PRICE_PER_KWH", "0"))',
}
REFUSED = (
    "The prices are answers of the site: set tariff in its file and deploy. A task would forget "
    "them when it ends, and the other tasks would never know them."
)


def site_facts(root: Path) -> str:
    """Serve /api/v1/site, and remember there what chargers send."""
    main, sockets = read(root, MAIN), read(root, SOCKETS)
    if "site_router" in main and "record(" in sockets and (root / SITE).exists():
        return ALREADY
    if (root / SITE).exists():
        raise Mismatch(f"{SITE} exists already")
    sending = [
        node
        for node in ast.walk(parse(sockets, SOCKETS))
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "broadcast_telemetry"
    ]
    if len(sending) != 1 or len(sending[0].args.args) != 2:
        raise Mismatch(f"{SOCKETS} has broadcast_telemetry {len(sending)} times, expected once")
    routers = [
        node
        for node in parse(main, MAIN).body
        if isinstance(node, ast.Expr)
        and called(node.value) == "include_router"
        and "/api/v1" in ast.dump(node.value)
    ]
    if not routers:
        raise Mismatch(f"{MAIN} includes no router below /api/v1")
    edits = Edits(main)
    including = edits.text_of(routers[-1]).partition("(")[0]
    edits.after(routers[-1], f'\n{including}(site_router, prefix="/api/v1")')
    write(root, MAIN, imported(edits.done(), "from api.site import router as site_router"))
    edits = Edits(sockets)
    edits.before(body(sending[0])[0], f"record({sending[0].args.args[1].arg})")
    write(root, SOCKETS, imported(edits.done(), "from api.site import record"))
    return write(root, SITE, (FILES / "site.py").read_text(encoding="utf-8"))


def prices_from_answers(root: Path) -> str:
    """Take prices and currency from the task, and refuse to change them in one task's memory."""
    changed = {}
    known = False
    for name, text in python_files(root).items():
        edits = Edits(text)
        tree = parse(text, name)
        refused = _refusals(tree, edits)
        done = [*_defaults(tree, edits), *_currencies(tree, edits), *refused]
        known = known or ("SOLAR_PRICE_PER_KWH" in text and name != SITE)
        if done:
            changed[name] = imported(edits.done(), "import os")
            if refused:
                changed[name] = imported(changed[name], "from fastapi import HTTPException")
    if not changed:
        if known:
            return ALREADY
        raise Mismatch(
            "backend has no class with the prices solar_rate_per_kwh and grid_rate_per_kwh"
        )
    if not any("SOLAR_PRICE_PER_KWH" in text for text in changed.values()) and not known:
        raise Mismatch(f"{next(iter(changed))} has prices in an unknown way")
    result = ALREADY
    for name, text in changed.items():
        result = write(root, name, text)
    return result


def _defaults(tree: ast.AST, edits: Edits) -> list[str]:
    """Replace the constants of the class of prices; return what was replaced."""
    done = []
    for field in ast.walk(tree):
        name = getattr(getattr(field, "target", None), "id", "")
        if not isinstance(field, ast.AnnAssign) or name not in PRICES:
            continue
        for word in getattr(field.value, "keywords", ()):
            if word.arg == "default" and isinstance(word.value, ast.Constant):
                edits.replace(word.value, PRICES[name])
                done.append(name)
            elif word.arg == "description" and "JM$" in edits.text_of(word.value):
                edits.replace(word.value, '"Price of a kWh in the currency of the site"')
    return done


def _currencies(tree: ast.AST, edits: Edits) -> list[str]:
    done = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values):  # noqa: B905 (Python 3.9 has no strict)
            constants = isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
            if constants and getattr(key, "value", "") == "currency":
                edits.replace(value, 'os.getenv("CURRENCY", "")')
                done.append("currency")
    return done


def _refusals(tree: ast.AST, edits: Edits) -> list[str]:
    """Replace the body of what changes prices by the reason why it does not."""
    done = []
    for path, handler in routes(tree, "put"):
        statements = body(handler)
        if path.endswith("/tariff") and not isinstance(statements[0], ast.Raise):
            indent = " " * statements[0].col_offset
            refusal = (
                f"raise HTTPException(\n{indent}    status_code=405,\n"
                f"{indent}    detail={REFUSED!r},\n"
                f'{indent}    headers={{"Allow": "GET, HEAD"}},\n{indent})'
            )
            edits.replace(statements[0], refusal, statements[-1])
            done.append(path)
    return done


FACTS = (
    Fix("site-facts", "the page cannot ask what the site knows of its chargers", site_facts),
    Fix("prices-from-answers", "prices are constants, or one task's memory", prices_from_answers),
)
