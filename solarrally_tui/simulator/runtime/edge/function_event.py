"""CloudFront's side of a viewer-request function: its code, its event, and its result."""

import uuid
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ministack.services import cloudfront
from ministack.services import cloudfront_keyvaluestore as keyvaluestore

from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.runtime.edge import function_runtime
from solarrally_tui.simulator.runtime.edge.distribution import Distribution, viewer_request_function
from solarrally_tui.simulator.runtime.edge.http_message import EdgeResponse, Fields, Head, Request
from solarrally_tui.simulator.settings import LOOPBACK

_functions = private(cloudfront, "_functions")
_stores = private(keyvaluestore, "_stores")

_FAILED = EdgeResponse(
    503,
    (("Server", "CloudFront"), ("Content-Type", "text/plain")),
    b"The CloudFront function associated with the CloudFront distribution is invalid or could not "
    b"run.",
)
# CloudFront hides these from functions and handles them itself (developer guide,
# "Restrictions on edge functions").
_HIDDEN = frozenset({"connection", "cookie", "keep-alive", "transfer-encoding", "upgrade", "via"})


def apply(distribution: Distribution, behavior: Record, request: Request) -> Request | EdgeResponse:
    """Let the behavior's function, if it has one, handle a viewer's request.

    Returns the request as it continues, or the function's own answer.
    """
    arn = viewer_request_function(behavior)
    if not arn:
        return request
    function = _published(arn)
    if function is None:
        return _FAILED
    try:
        result = ran(function, _event(distribution, request))
    except function_runtime.FunctionFailedError:
        return _FAILED
    return _response(result) if "statusCode" in result else _changed(request, result)


def ran(function: Record, event: dict[str, Any]) -> dict[str, Any]:
    """Return what a stage of a function makes of an event.

    Raises function_runtime.FunctionFailedError.
    """
    code = function["code"]
    return function_runtime.run(
        code.decode() if isinstance(code, bytes) else code,
        event,
        _reader(function.get("kvs_arns") or ()),
    )


def named(name: str, stage: str) -> Record | None:
    """Return one stage of a function by its name; None where there is none."""
    for _, function in scoped(_functions):
        if function["name"] == name:
            is_live = stage == "LIVE"
            found: Record | None = function.get("live_body") if is_live else function
            modified = function["last_modified_live" if is_live else "last_modified_dev"]
            return found and {**found, "arn": function["arn"], "modified": modified}
    return None


def _published(arn: str) -> Record | None:
    for _, function in scoped(_functions):
        if function["arn"] == arn:
            published: Record | None = function.get("live_body")
            return published
    return None


def _reader(stores: Any) -> Callable[[str], str | None]:
    items: Record = {}
    for key, store in scoped(_stores):
        if key[-1] in stores:
            items |= store["items"]
    return items.get


def _event(distribution: Distribution, request: Request) -> dict[str, Any]:
    parts = urlsplit(request.target)
    fields = [(name.lower(), value) for name, value in request.head.fields]
    return {
        "version": "1.0",
        "context": {
            "distributionId": distribution.arn.rpartition("/")[2],
            "eventType": "viewer-request",
            "requestId": uuid.uuid4().hex,
        },
        "viewer": {"ip": LOOPBACK},
        "request": {
            "method": request.method,
            "uri": parts.path,
            "querystring": {
                name: {"value": values[-1]}
                for name, values in parse_qs(parts.query, keep_blank_values=True).items()
            },
            "headers": {name: {"value": value} for name, value in fields if name not in _HIDDEN},
            "cookies": _cookies(request.head.get("Cookie")),
        },
    }


def _cookies(header: str) -> dict[str, dict[str, str]]:
    cookies: SimpleCookie = SimpleCookie()
    for part in header.split(";"):
        try:
            cookies.load(part.strip())
        except CookieError:
            continue  # the functions read no name that this parser refuses
    return {name: {"value": morsel.value} for name, morsel in cookies.items()}


def _changed(request: Request, result: dict[str, Any]) -> Request:
    """Return the request with what the function changed: path, header fields and cookies."""
    kept = [
        (name, result["headers"][name.lower()]["value"] if name.lower() not in _HIDDEN else value)
        for name, value in request.head.fields
        if name.lower() in result["headers"] or name.lower() in _HIDDEN - {"cookie"}
    ]
    cookies = "; ".join(f"{name}={cookie['value']}" for name, cookie in result["cookies"].items())
    fields: Fields = (*kept, *((("Cookie", cookies),) if cookies else ()))
    query = urlsplit(request.target).query
    target = f"{result['uri']}?{query}" if query else result["uri"]
    return Request(Head(f"{request.method} {target} HTTP/1.1", fields), request.method, target)


def _response(result: dict[str, Any]) -> EdgeResponse:
    fields = [(name, str(field["value"])) for name, field in result.get("headers", {}).items()]
    for name, cookie in result.get("cookies", {}).items():
        attributes = cookie.get("attributes", "")
        value = f"{name}={cookie['value']}"
        fields.append(("Set-Cookie", f"{value}; {attributes}" if attributes else value))
    body = result.get("body", "")
    text = body if isinstance(body, str) else body.get("data", "")
    return EdgeResponse(int(result["statusCode"]), tuple(fields), text.encode())
