"""CloudFront's way to an API of API Gateway: by its AWS name, which this account answers itself."""

import asyncio
import re
from typing import Final
from urllib.parse import urlsplit

from solarrally_tui.simulator import loopback
from solarrally_tui.simulator.pins import Record
from solarrally_tui.simulator.runtime.edge.alb_origin import NoOriginError, Upstream
from solarrally_tui.simulator.runtime.edge.http_message import (
    BadMessageError,
    EdgeResponse,
    Head,
    Request,
    read_head,
)

_NAME: Final = re.compile(r"[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
_ALL_VIEWER: Final = "216adef6-5c7f-47e4-b989-5492eafa07d3"
"""The managed policy AllViewer, with which CloudFront forwards the viewer's Host."""
_CONNECT_LIMIT: Final = 5.0
_FORBIDDEN: Final = EdgeResponse(
    403,
    (("Content-Type", "application/json"), ("x-amzn-ErrorType", "ForbiddenException")),
    b'{"message":"Forbidden"}',
)


def is_api(origin: Record) -> bool:
    """Return whether an origin is an API of API Gateway."""
    return bool(_NAME.fullmatch(origin["DomainName"]))


async def forward(
    origin: Record, behavior: Record, request: Request, body: bytes
) -> EdgeResponse | Upstream:
    """Send a request to an origin's API; return API Gateway's answer as far as it has come.

    API Gateway refuses a Host that is none of its names, as the viewer's is, and a WebSocket whose
    path is more than a stage (API Gateway developer guide, "Invoke WebSocket APIs"). Raises
    NoOriginError.
    """
    target = f"{origin.get('OriginPath') or ''}{request.target}"
    if behavior.get("OriginRequestPolicyId") == _ALL_VIEWER:
        return _FORBIDDEN
    if request.upgrades and urlsplit(target).path.strip("/").count("/"):
        return _FORBIDDEN
    api = origin["DomainName"].partition(".")[0]
    first = f"{request.method} {loopback.EXECUTE_API}{api}{target} HTTP/1.1"
    head = Head(first, request.head.having((("Host", origin["DomainName"]),)).fields)
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(*loopback.address()), _CONNECT_LIMIT
        )
        writer.write(head.to_bytes() + body)
        return Upstream(await read_head(reader), reader, writer)
    except (OSError, TimeoutError, BadMessageError) as error:
        raise NoOriginError(502, "CloudFront wasn't able to connect to the origin.") from error
