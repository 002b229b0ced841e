"""A miniature of the framework's answers."""

from dataclasses import dataclass


@dataclass
class JSONResponse:
    """An answer of JSON."""

    status_code: int
    content: object
