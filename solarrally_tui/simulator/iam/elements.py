"""The shape of IAM policy documents."""

from typing import Any


def as_list(element: Any) -> list[Any]:
    """Return an element of a policy as a list. AWS allows a single value in place of a list."""
    if element is None:
        return []
    return element if isinstance(element, list) else [element]
