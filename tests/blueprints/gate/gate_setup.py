"""Calls the edge function's own code, as the template renders it, in a JavaScript engine."""

import base64
import hashlib
import hmac
import json
import time
from functools import cache
from typing import Any

from solarrally_tui.provisioning.deployment.viewer_keys import keys
from solarrally_tui.simulator.runtime.edge import function_runtime
from tests.blueprints.blueprint_setup import deployed, example

COOKIE = "solarrally-viewer"
HOST = "charging.example.com"
TOKEN = base64.b64encode(b"viewer:correct horse").decode()
KEYS = keys(TOKEN)
PASSWORD = {"authorization": f"Basic {TOKEN}"}


@cache
def code(
    viewing: str = "password",
    *,
    addresses: tuple[str, ...] = (),
    open_: bool = False,
    shape: str = "tasks",
) -> str:
    access = {"viewing": viewing, "addresses": addresses, "open_registration": open_}
    edge = deployed(example("small", {"access": access, "size": {"shape": shape}}))["edge"]
    rendered: str = edge["Resources"]["ViewerGate"]["Properties"]["FunctionCode"]
    return rendered


def cookie(ends_in: int = 60, key: str = KEYS["key"]) -> dict[str, str]:
    ends = str(int(time.time()) + ends_in)
    signature = hmac.new(key.encode(), ends.encode(), hashlib.sha256).hexdigest()
    return {COOKIE: f"{ends}.{signature}"}


def call(
    method: str,
    uri: str,
    *,
    headers: dict[str, str] | None = None,
    cookies: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    address: str = "198.51.100.7",
    function: str = "",
    store: dict[str, str] | None = KEYS,
) -> dict[str, Any]:
    """Return what the function answers, or the request as it lets it through."""
    fields = {"host": HOST} | (headers or {})
    request = {
        "method": method,
        "uri": uri,
        "querystring": _values(query or {}),
        "headers": _values(fields),
        "cookies": _values(cookies or {}),
    }
    event = {"version": "1.0", "viewer": {"ip": address}, "request": request}
    stored = {"viewer": json.dumps(store)} if store else {}
    return _compiled(function or code()).call(event, stored.get)


@cache
def _compiled(function: str) -> function_runtime.Function:
    return function_runtime.Function(function)


def outcome(told: dict[str, Any]) -> int | str:
    """Return the status of the function's own answer, or the path that the origin gets."""
    found: int | str = told.get("statusCode") or told["uri"]
    return found


def _values(given: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in given.items()}
