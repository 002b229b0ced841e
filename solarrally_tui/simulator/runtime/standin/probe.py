"""The stand-in's version of the probe's program: what it reports about messages on their way.

blueprints/app has the program that runs on AWS; tests run that one at a real broker. This one tells
the same story about the stand-in's own parts, with the same words.
"""

import json
import threading
import time
from collections.abc import Mapping
from typing import Any, Final

_SILENT_AFTER: Final = 30.0
_NAMED: Final = 5
_LATE: Final = 5.0
"""Seconds after a charger left in which one of its messages may still arrive."""


class Probe:
    """Counts messages between two reports. Safe from any thread."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._namespace = environment.get("NAMESPACE", "SolarRally")
        self._silent_after = float(environment.get("SILENT_AFTER_SECONDS", _SILENT_AFTER))
        self._lock = threading.Lock()
        self._linked = False
        self.database_error = ""
        """Why the database does not open; empty where it opens."""
        self._since: float | None = None
        self._newest: dict[str, float] = {}
        self._heard: dict[str, float] = {}
        self._left: dict[str, float] = {}
        self._stamps: dict[str, float] = {}
        self._power: dict[str, float] = {}
        self._sunny: dict[str, bool] = {}
        self._reported = time.monotonic()
        self._hub_links = int(environment.get("HUB_LINKS", "0"))
        self._links: dict[str, bool] = {}
        self._passed: bytes | None = None
        self._clear()

    def link(self, up: bool) -> None:
        """Note whether the bridge is connected. Who left during an outage is not known."""
        with self._lock:
            if up and not self._linked:
                self._heard.clear()
                self._power.clear()
                self._links.clear()
                self._since = None
            self._linked = up

    def hub(self, topic: str, payload: bytes) -> None:
        """Note what the hub says of itself: the state of a link, or what it got from AWS IoT."""
        with self._lock:
            if topic.startswith("hub/link/"):
                self._links[topic] = payload == b"1"
                return
            if self._passed not in {None, payload}:
                self._newest["HubAge"] = time.monotonic()
            self._passed = payload

    def presence(self, charger: str, payload: bytes) -> None:
        """Note that a charger connected or left."""
        told = json.loads(payload)["state"]["reported"]
        with self._lock:
            if told["since"] < self._stamps.get(charger, 0):
                return
            self._stamps[charger] = told["since"]
            if told["connection"] == "connected":
                self._expect(charger)
                return
            self._left[charger] = time.monotonic()
            self._heard.pop(charger, None)
            self._power.pop(charger, None)
            self._since = self._since if self._heard else None

    def message(self, charger: str, flaw: str, power: float = 0.0, *, sunny: bool = False) -> None:
        """Count a message that the bridge delivered, with what is wrong with it or its watts.

        sunny: whether most of them come from the sun.
        """
        now = time.monotonic()
        with self._lock:
            self._received += 1
            self._newest["BridgeAge"] = now
            self._senders.add(charger)
            if now - self._left.get(charger, -60) > _LATE:
                self._expect(charger)
            if not flaw:
                self._power[charger], self._sunny[charger] = power, sunny
            else:
                first = {"charger": charger, "count": 0, "reason": flaw}
                self._refused.setdefault(charger, first)["count"] += 1

    def shown(self) -> None:
        """Count a message that viewers got."""
        with self._lock:
            self._shown += 1
            self._newest["LiveAge"] = time.monotonic()

    def report(self) -> str:
        """Return one line in the embedded metric format, and begin to count anew."""
        now = time.monotonic()
        with self._lock:
            through = sum(self._links.values()) if self._linked else 0
            whole = self._linked and (through > 0 or not self._hub_links)
            values: dict[str, float] = {
                "DatabaseReachable": int(not self.database_error),
                "BridgeLinked": int(whole),
                "TelemetryReceived": self._received,
                "TelemetryRejected": sum(one["count"] for one in self._refused.values()),
                "TelemetryShown": self._shown,
            }
            if self._since is not None:
                for age in ("BridgeAge", "LiveAge"):
                    values[age] = round(now - max(self._newest.get(age, 0.0), self._since), 1)
            silent = [n for n, at in self._heard.items() if now - at > self._silent_after]
            sending = {name: w for name, w in self._power.items() if name not in silent}
            names: dict[str, Any] = {
                "Seconds": round(now - self._reported, 1),
                "Chargers": len(self._senders),
                "SilentChargers": len(silent),
                "PowerW": sum(sending.values()),
                "SolarW": sum(w for name, w in sending.items() if self._sunny[name]),
                "Silent": silent[:_NAMED],
                "Rejections": list(self._refused.values())[:_NAMED],
            }
            why = {"DatabaseError": self.database_error} if self.database_error else {}
            if self._hub_links:
                names["Hub"] = self._hub_state(through, now)
            self._clear()
            self._reported = now
        declared = {
            "Namespace": self._namespace,
            "Dimensions": [[]],
            "Metrics": [{"Name": name} for name in values],
        }
        told = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [declared]}
        return json.dumps({"_aws": told} | values | names | why)

    def _hub_state(self, through: int, now: float) -> dict[str, float]:
        state: dict[str, float] = {
            "reachable": int(self._linked),
            "links": self._hub_links,
            "linked": through,
        }
        if self._since is None:
            return state
        newest = max(self._newest.get("HubAge", 0.0), self._since)
        return state | {"age": round(now - newest, 1)}

    def _expect(self, charger: str) -> None:
        self._since = self._since or time.monotonic()
        self._heard[charger] = time.monotonic()

    def _clear(self) -> None:
        self._received = self._shown = 0
        self._senders: set[str] = set()
        self._refused: dict[str, dict[str, Any]] = {}
