"""CloudFront's side of a viewer-request function: its code, its event, what it made of it."""

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
from solarrally_tui.simulator.runtime.edge.http_message import Fields, Head, Request, Response

_functions = private(cloudfront, "_functions")
_stores = private(keyvaluestore, "_stores")

_VIEWER = "127.0.0.1"
_UNAVAILABLE = (
    "The CloudFront function associated with the CloudFront distribution is invalid or could not "
    "run."
)
# CloudFront hides these from functions and handles them itself (developer guide,
# "Restrictions on edge functions").
_HIDDEN = frozenset({"connection", "cookie", "keep-alive", "transfer-encoding", "upgrade", "via"})


def apply(distribution: Distribution, behaviour: Record, request: Request) -> Request | Response:
    """Let the behaviour's function, if it has one, handle a viewer's request.

    Returns the request as it continues, or the function's own answer.
    """
    arn = viewer_request_function(behaviour)
    if not arn:
        return request
    body = _published(arn)
    if body is None:
        return _failed()
    event = _event(distribution, request)
    try:
        told = function_runtime.run(_text(body["code"]), event, _reader(body.get("kvs_arns") or ()))
    except function_runtime.FunctionFailedError:
        return _failed()
    return _answer(told) if "statusCode" in told else _changed(request, told)


def _published(arn: str) -> Record | None:
    for _, function in scoped(_functions):
        if function["arn"] == arn:
            found: Record | None = function.get("live_body")
            return found
    return None


def _text(code: str | bytes) -> str:
    return code.decode() if isinstance(code, bytes) else code


def _reader(stores: Any) -> Callable[[str], str | None]:
    items: Record = {}
    for key, store in scoped(_stores):
        if key[-1] in stores:
            items |= store["items"]
    return items.get


def _event(distribution: Distribution, request: Request) -> dict[str, Any]:
    parts = urlsplit(request.target)
    seen = [(name.lower(), value) for name, value in request.head.fields]
    return {
        "version": "1.0",
        "context": {
            "distributionId": distribution.arn.rpartition("/")[2],
            "eventType": "viewer-request",
            "requestId": uuid.uuid4().hex,
        },
        "viewer": {"ip": _VIEWER},
        "request": {
            "method": request.method,
            "uri": parts.path,
            "querystring": {
                name: {"value": values[-1]}
                for name, values in parse_qs(parts.query, keep_blank_values=True).items()
            },
            "headers": {name: {"value": value} for name, value in seen if name not in _HIDDEN},
            "cookies": _cookies(request.head.get("Cookie")),
        },
    }


def _cookies(header: str) -> dict[str, dict[str, str]]:
    found: SimpleCookie = SimpleCookie()
    for part in header.split(";"):
        try:
            found.load(part.strip())
        except CookieError:
            continue  # a name that this parser refuses is none of ours
    return {name: {"value": morsel.value} for name, morsel in found.items()}


def _changed(request: Request, told: dict[str, Any]) -> Request:
    """The request with what the function changed: its path, header fields and cookies."""
    kept = [
        (name, told["headers"][name.lower()]["value"] if name.lower() not in _HIDDEN else value)
        for name, value in request.head.fields
        if name.lower() in told["headers"] or name.lower() in _HIDDEN - {"cookie"}
    ]
    cookies = "; ".join(f"{name}={each['value']}" for name, each in told["cookies"].items())
    fields: Fields = (*kept, *((("Cookie", cookies),) if cookies else ()))
    query = urlsplit(request.target).query
    target = f"{told['uri']}?{query}" if query else told["uri"]
    return Request(Head(f"{request.method} {target} HTTP/1.1", fields), request.method, target)


def _answer(told: dict[str, Any]) -> Response:
    fields = [(name, str(each["value"])) for name, each in told.get("headers", {}).items()]
    for name, cookie in told.get("cookies", {}).items():
        attributes = cookie.get("attributes", "")
        value = f"{name}={cookie['value']}"
        fields.append(("Set-Cookie", f"{value}; {attributes}" if attributes else value))
    body = told.get("body", "")
    text = body if isinstance(body, str) else body.get("data", "")
    return Response(int(told["statusCode"]), tuple(fields), text.encode())


def _failed() -> Response:
    return Response(
        503, (("Server", "CloudFront"), ("Content-Type", "text/plain")), _UNAVAILABLE.encode()
    )
