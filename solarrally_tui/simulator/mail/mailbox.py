"""The mailbox of every e-mail address in the simulated account."""

import threading
import time
from typing import Any


class Mailbox:
    """E-mails that AWS would have sent, oldest first. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: list[dict[str, Any]] = []

    def deliver(self, to: str, subject: str, text: str) -> None:
        """Add one e-mail."""
        with self._lock:
            self._messages.append({"to": to, "subject": subject, "text": text, "time": time.time()})

    def listed(self) -> list[dict[str, Any]]:
        """Return every e-mail: to, subject, text, time (seconds since 1970)."""
        with self._lock:
            return list(self._messages)
