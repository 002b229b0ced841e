"""CloudFront's way to an S3 bucket: its objects, under the bucket's own policy."""

from urllib.parse import unquote

from ministack.core.responses import request_scope
from ministack.services import s3

from solarrally_tui.simulator.iam import judgement
from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.runtime.edge.distribution import Distribution
from solarrally_tui.simulator.runtime.edge.http_message import EdgeResponse, Request
from solarrally_tui.simulator.settings import HOME_REGION

_bucket_policies = private(s3, "_bucket_policies")

_CLOUDFRONT = "cloudfront.amazonaws.com"
_PASSED_ON = ("if-none-match", "if-modified-since", "if-match", "range")
_HIDDEN = ("content-length", "connection", "transfer-encoding", "x-amz-id-2", "x-amz-request-id")
_DENIED = EdgeResponse(
    403,
    (("Content-Type", "application/xml"), ("Server", "AmazonS3")),
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
)


def is_bucket(origin: Record) -> bool:
    """Return whether an origin is an S3 bucket."""
    return "S3OriginConfig" in origin or ".s3." in origin["DomainName"]


async def answer(distribution: Distribution, origin: Record, request: Request) -> EdgeResponse:
    """Answer from the bucket, with the distribution's root object and error pages."""
    root = "/" + (distribution.config.get("DefaultRootObject") or "")
    path = root if request.path == "/" else request.path
    response = await _object(distribution, origin, request, path)
    page = distribution.error_page(response.status)
    if page is None or not page.get("ResponsePagePath"):
        return response
    instead = await _object(distribution, origin, request, page["ResponsePagePath"])
    status = int(page.get("ResponseCode") or response.status)
    return EdgeResponse(status, instead.fields, instead.body) if instead.status == 200 else response


async def _object(
    distribution: Distribution, origin: Record, request: Request, path: str
) -> EdgeResponse:
    bucket = origin["DomainName"].partition(".s3.")[0]
    key = (origin.get("OriginPath") or "") + unquote(path)
    if not _allowed("s3:GetObject", bucket, key, distribution.arn):
        return _DENIED
    headers = {n: request.head.get(n) for n in _PASSED_ON if request.head.get(n)}
    with request_scope(distribution.account, HOME_REGION):
        status, fields, body = await s3.handle_request(
            request.method,
            f"/{bucket}{key}",
            headers,
            b"",
            {},
            enforce_bucket_region=False,
            internal=True,
        )
    if status == 404 and not _allowed("s3:ListBucket", bucket, "", distribution.arn):
        return _DENIED  # S3 reports a missing object only to callers that may list the bucket
    content = body if isinstance(body, bytes) else str(body).encode()
    shown = tuple((n, str(v)) for n, v in fields.items() if n.lower() not in _HIDDEN)
    return EdgeResponse(status, (*shown, ("Server", "AmazonS3")), content)


def _allowed(action: str, bucket: str, key: str, distribution_arn: str) -> bool:
    """Return whether the bucket's policy lets CloudFront do this for this distribution."""
    policy = next((p for k, p in scoped(_bucket_policies) if k[1] == bucket), None)
    context = {"aws:sourcearn": distribution_arn, "aws:securetransport": "true"}
    request = judgement.Request(action, f"arn:aws:s3:::{bucket}{key}", context)
    return judgement.judge(_CLOUDFRONT, judgement.Policies(), request, policy).allowed
