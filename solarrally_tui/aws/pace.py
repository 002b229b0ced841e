"""How fast the account's clock runs: AWS's own, or that of a simulated account."""

import math
import os
from typing import Final

VARIABLE: Final = "SOLARRALLY_PACE"
"""How many seconds of AWS pass in one second here. A simulated account sets it. It counts only
beside an endpoint that is not AWS's own: there a second is a second."""

_SHORTEST: Final = 0.1
_FASTEST: Final = 20.0
"""On a faster clock, calls take longer than the pauses between them."""


def pace() -> float:
    """Return how many seconds of AWS pass in one second here; infinity where nothing waits."""
    if not os.environ.get("AWS_ENDPOINT_URL"):
        return 1.0
    try:
        given = float(os.environ.get(VARIABLE, "1"))
    except ValueError:
        return 1.0
    return given if given > 0 else 1.0


def here(seconds: float) -> float:
    """Return how long a pause of some seconds of AWS is on this computer's clock."""
    return max(seconds / min(pace(), _FASTEST), min(seconds, _SHORTEST))


def exactly_here(seconds: float) -> float:
    """Return how long some seconds of AWS are on this computer's clock, however short."""
    return seconds / min(pace(), _FASTEST)


def is_instant() -> bool:
    """Whether nothing waits in the account, so that nothing has to be spared either."""
    return math.isinf(pace())
