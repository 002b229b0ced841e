"""Elements of a policy: lists that may be single values, and patterns with wildcards."""

import functools
import re
from typing import Any


def as_list(element: Any) -> list[Any]:
    """Return an element of a policy as a list. AWS allows a single value in place of a list."""
    if element is None:
        return []
    return element if isinstance(element, list) else [element]


def has_wildcards(text: str) -> bool:
    """Whether a text of a policy matches more than itself."""
    return "*" in text or "?" in text


@functools.lru_cache(maxsize=8192)
def pattern(text: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """Return what `*` and `?` of a text match: any characters, and one."""
    parts = ({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in re.split(r"([*?])", text))
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def arn_matches(wanted: str, arn: str) -> bool:
    """Return whether an ARN matches a pattern, each of the six parts for itself.

    In the last part a star matches slashes and colons too. A lone star matches everything.
    """
    if wanted == "*":
        return True
    ours, theirs = wanted.split(":", 5), arn.split(":", 5)
    return len(ours) == len(theirs) and all(
        pattern(one).fullmatch(other) if has_wildcards(one) else one == other
        for one, other in zip(ours, theirs, strict=True)
    )
