"""The limits of AWS IoT's message broker, and how fast something may happen.

Figures, and what happens to what exceeds them: AWS General Reference, "AWS IoT Core endpoints and
quotas", "AWS IoT Core message broker and protocol limits and quotas", unless another source is
named. They are the defaults of a Region such as us-east-1; none of those of a connection can be
raised. Rates are in real seconds, whatever the pace of the account, because devices are real.
"""

from dataclasses import dataclass, field
from typing import Final

PUBLISHES_A_SECOND: Final = 100.0
"""Messages that a connection sends, and as many that it receives. What exceeds it is discarded; the
connection stays, and QoS 1 is not acknowledged."""

BYTES_A_SECOND: Final = 512.0 * 1024
"""What a connection sends, and as much that it receives. What exceeds it is delayed."""

CONNECTS_A_SECOND: Final = 500.0
"""Of an account. Another connection is refused. It can be raised."""

CONNECTS_OF_A_CLIENT_A_SECOND: Final = 1.0
"""Of one client id. Another connection is refused."""

SUBSCRIPTIONS: Final = 50
"""Of a connection; more close it."""

FILTERS_A_REQUEST: Final = 8
"""Topic filters in one SUBSCRIBE; more close the connection."""

PAYLOAD_BYTES: Final = 128 * 1024
"""A larger message closes the connection (developer guide, Lifecycle events, CLIENT_ERROR)."""

TOPIC_BYTES: Final = 256
TOPIC_SLASHES: Final = 7
"""Without the three first segments of Basic Ingest, `$aws/rules/NAME/`."""

CLIENT_ID_BYTES: Final = 128

KEEP_ALIVE_SECONDS: Final = (30, 1200)
"""The shortest and the longest; 0 is the longest. A client that is silent for one and a half times
as long is disconnected."""

_BURST_SECONDS: Final = 1.0
"""AWS counts by the second and says no more."""

_BASIC_INGEST: Final = "$aws/rules/"
_SHARED: Final = "$share/"


@dataclass(slots=True)
class Rate:
    """How fast something may happen: as much at once as in a second, and then evenly.

    The generic cell rate algorithm: one number, and no timer.
    """

    a_second: float
    _due: float = 0.0

    def allows(self, now: float) -> bool:
        """Return whether one more may happen now, and count it if so. now: in seconds."""
        due = max(self._due, now) + 1 / self.a_second
        if due - now > _BURST_SECONDS + 1e-9:
            return False
        self._due = due
        return True

    def wait(self, amount: float, now: float) -> float:
        """Count an amount, and return for how many seconds it has to wait."""
        self._due = max(self._due, now) + amount / self.a_second
        return max(0.0, self._due - now - _BURST_SECONDS)


@dataclass(slots=True)
class ConnectionRates:
    """What one connection may send and receive."""

    sent: Rate = field(default_factory=lambda: Rate(PUBLISHES_A_SECOND))
    received: Rate = field(default_factory=lambda: Rate(PUBLISHES_A_SECOND))
    bytes_sent: Rate = field(default_factory=lambda: Rate(BYTES_A_SECOND))
    bytes_received: Rate = field(default_factory=lambda: Rate(BYTES_A_SECOND))


class ConnectRates:
    """How often clients may connect, by account and by client id."""

    _MANY: Final = 4096

    def __init__(self) -> None:
        self._accounts: dict[tuple[str, str], Rate] = {}
        self._last: dict[tuple[str, str, str], float] = {}

    def allow(self, account: str, region: str, client: str, now: float) -> bool:
        """Return whether a client may connect now, and count it if so. now: in seconds."""
        key = (account, region, client)
        pause = 1 / CONNECTS_OF_A_CLIENT_A_SECOND
        if key in self._last and now - self._last[key] < pause:
            return False
        if not self._accounts.setdefault(key[:2], Rate(CONNECTS_A_SECOND)).allows(now):
            return False
        self._last[key] = now
        if len(self._last) > self._MANY:
            self._last = {k: at for k, at in self._last.items() if now - at < pause}
        return True


def keep_alive(asked: int) -> float:
    """Return for how many seconds a client may be silent that asked for a keep-alive interval."""
    shortest, longest = KEEP_ALIVE_SECONDS
    return 1.5 * (min(max(asked, shortest), longest) if asked else longest)


def is_topic(topic: str) -> bool:
    """Return whether a topic, or a topic filter, is as short and as flat as AWS IoT takes it."""
    if topic.startswith(_BASIC_INGEST):
        topic = topic[len(_BASIC_INGEST) :].partition("/")[2]
    elif topic.startswith(_SHARED):
        topic = topic[len(_SHARED) :].partition("/")[2]
    return topic.count("/") <= TOPIC_SLASHES and len(topic.encode()) <= TOPIC_BYTES
