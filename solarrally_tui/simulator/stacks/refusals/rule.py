"""One refusal of the simulated account."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalRule:
    """One refusal."""

    name: str
    """A short name, which the test of the rule has too."""
    when: str
    """`template`, `new`, `create` (and updated), `update`, `delete` or `call`."""
    kinds: tuple[str, ...] = ()
    """The resource types concerned; empty for templates and API calls."""
    source: str
    """Where AWS says so."""
    check: Callable[..., None]
    """Raises ValueError with AWS's reason."""
