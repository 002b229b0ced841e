"""What a door under supervision may call, and what it called: for support, which shows both."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from solarrally_tui.aws.errors import AwsError, Kind, LocalError
from solarrally_tui.text.plain import Plain


@dataclass(frozen=True, slots=True)
class MadeCall:
    """One call to AWS, with all its pages and tries."""

    service: str
    operation: str
    region: str
    seconds: float
    """Until AWS answered, pauses between tries included."""
    error: str = ""
    """AWS's error code; empty where it answered."""


@dataclass(slots=True)
class Supervision:
    """Refuses calls that are not allowed, without asking AWS, and notes the others."""

    allowed: frozenset[tuple[str, str]]
    """Services and operations by boto3's names."""
    made: list[MadeCall] = field(default_factory=list)

    def guard(self, service: str, operation: str) -> None:
        """Refuse what is not allowed. Raises LocalError, of the kind that AWS's refusal has."""
        if (service, operation) in self.allowed:
            return
        plain = Plain(
            what="This was not read.",
            why="The support policy does not allow the call, because it is not needed for support "
            "or its response holds a secret.",
            next="solarrally status checks it with the credentials of an operator.",
        )
        raise LocalError("NotForSupport", plain.why, (service, operation), plain, Kind.DENIED)

    @contextmanager
    def timed(self, service: str, operation: str, region: str) -> Iterator[None]:
        """Note how long the block takes, and with which error it ends."""
        started, code = time.monotonic(), ""
        try:
            yield
        except AwsError as error:
            code = error.code
            raise
        finally:
            seconds = round(time.monotonic() - started, 3)
            self.made.append(MadeCall(service, operation, region, seconds, code))
