"""CloudFront's way to an S3 bucket: what is there, under the bucket's own policy."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from ministack.core.responses import request_scope
from ministack.services import s3

from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.runtime.edge.distribution import Distribution
from solarrally_tui.simulator.runtime.edge.http_message import Request, Response

_bucket_policies = private(s3, "_bucket_policies")

_PASSED_ON = ("if-none-match", "if-modified-since", "if-match", "range")
_HIDDEN = ("content-length", "connection", "transfer-encoding", "x-amz-id-2", "x-amz-request-id")
_DENIED = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"""


def is_bucket(origin: Record) -> bool:
    """Whether an origin is an S3 bucket."""
    return "S3OriginConfig" in origin or ".s3." in origin["DomainName"]


async def answer(distribution: Distribution, origin: Record, request: Request) -> Response:
    """Answer from the bucket, with the distribution's root object and error pages."""
    path = _path(distribution, request)
    found = await _object(distribution, origin, request, path)
    page = distribution.error_page(found.status)
    if page is None or not page.get("ResponsePagePath"):
        return found
    instead = await _object(distribution, origin, request, page["ResponsePagePath"])
    status = int(page.get("ResponseCode") or found.status)
    return Response(status, instead.fields, instead.body) if instead.status == 200 else found


def _path(distribution: Distribution, request: Request) -> str:
    """The object's path."""
    if request.path == "/":
        return "/" + (distribution.config.get("DefaultRootObject") or "")
    return request.path


async def _object(
    distribution: Distribution, origin: Record, request: Request, path: str
) -> Response:
    bucket = origin["DomainName"].partition(".s3.")[0]
    if not _allowed(bucket, "s3:GetObject", distribution.arn):
        return _denied()
    key = (origin.get("OriginPath") or "") + unquote(path)
    headers = {n: request.head.get(n) for n in _PASSED_ON if request.head.get(n)}
    with request_scope(distribution.account, "us-east-1"):
        status, fields, body = await s3.handle_request(
            request.method,
            f"/{bucket}{key}",
            headers,
            b"",
            {},
            enforce_bucket_region=False,
            internal=True,
        )
    if status == 404 and not _allowed(bucket, "s3:ListBucket", distribution.arn):
        return _denied()  # S3 tells only those who may list that something is not there
    shown = tuple((n, str(v)) for n, v in fields.items() if n.lower() not in _HIDDEN)
    return Response(status, (*shown, ("Server", "AmazonS3")), _bytes(body))


def _denied() -> Response:
    return Response(403, (("Content-Type", "application/xml"), ("Server", "AmazonS3")), _DENIED)


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else str(body).encode()


def _allowed(bucket: str, action: str, distribution_arn: str) -> bool:
    """Whether the bucket's policy lets CloudFront do this for this distribution."""
    policy = next((p for k, p in scoped(_bucket_policies) if k[1] == bucket), "{}")
    statements = _listed(json.loads(policy).get("Statement"))
    return any(_grants(s, action, distribution_arn) for s in statements)


def _grants(statement: Record, action: str, distribution_arn: str) -> bool:
    principal = statement.get("Principal")
    services = _listed(principal.get("Service")) if isinstance(principal, dict) else [principal]
    conditions: Record = statement.get("Condition") or {}
    sources = [
        arn
        for operator in conditions.values()
        for key, value in operator.items()
        if key.lower() == "aws:sourcearn"
        for arn in _listed(value)
    ]
    return (
        statement.get("Effect") == "Allow"
        and ("cloudfront.amazonaws.com" in services or "*" in services)
        and bool({action, "s3:*", "*"} & set(_listed(statement.get("Action"))))
        and (not sources or any(_fits(arn, distribution_arn) for arn in sources))
    )


def _fits(pattern: str, arn: str) -> bool:
    return arn == pattern or (pattern.endswith("*") and arn.startswith(pattern[:-1]))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    many = isinstance(value, Iterable) and not isinstance(value, (str, dict))
    return list(value) if many else [value]
