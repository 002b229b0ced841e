"""Bodies that are encoded as forms: what the query protocol sends."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qsl


@lru_cache(maxsize=16)
def fields(body: bytes) -> Mapping[str, str]:
    """Return the fields of a form, of repeated ones the last.

    A call's body is asked for its operation, by IAM and for its parameters, and may hold a whole
    template. So the last few are remembered.
    """
    return MappingProxyType(dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)))
