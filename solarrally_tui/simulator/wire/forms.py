"""Bodies that are encoded as forms: what the query protocol sends."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from ministack import app

from solarrally_tui.simulator.pins import replace

_KIND = "application/x-www-form-urlencoded"

Routing = Callable[..., dict[str, Any]]


def install() -> None:
    """Let MiniStack take from here what it reads of a form before it knows the service. Call once.

    It would parse each template once more.
    """
    replace(app, "_routing_params", _remembering)


def _remembering(read: Routing) -> Routing:
    def routing(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> dict[str, Any]:
        if not headers.get("content-type", "").startswith(_KIND):
            return read(method, path, headers, body, query)
        return {name: [value] for name, value in fields(body).items()} | query

    return routing


@lru_cache(maxsize=16)
def fields(body: bytes) -> Mapping[str, str]:
    """Return the fields of a form, of repeated ones the last.

    A call's body is asked for its operation, by IAM and for its parameters, and may hold a whole
    template. So the last few are remembered.
    """
    return MappingProxyType(dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)))
