"""Words that people met, and the rule that must claim them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Met:
    """One thing that was said, and the rule that must claim it."""

    rule: str
    kind: str
    words: str
    source: str
    state: str = ""
