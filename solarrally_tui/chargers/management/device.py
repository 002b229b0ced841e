"""What a charger does beside telemetry: it takes settings from its shadow and carries out jobs.

Pure: a message in, messages to publish out. Who connects, subscribes and publishes is another
module's. AWS IoT developer guide, "Device Shadow MQTT topics" and "Jobs device MQTT API".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from solarrally_tui.chargers.management.job_documents import Operation, flaw
from solarrally_tui.chargers.management.settings import INTERVAL, MAX_CURRENT, SETTINGS
from solarrally_tui.site.names import SETTINGS_SHADOW


@dataclass(frozen=True, slots=True)
class Message:
    """A message to publish with QoS 1."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a charger does about a message."""

    messages: tuple[Message, ...] = ()
    restart: bool = False
    """Whether it leaves and connects again once the messages are sent."""


_NOTHING: Final = Answer()


@dataclass(slots=True)
class Device:
    """A charger's settings and firmware, which messages change."""

    name: str
    firmware: str = "1.0.0"
    settings: dict[str, float] = field(default_factory=dict)
    """What is set now; a setting that nobody has set is not there."""
    key: Ed25519PublicKey | None = None
    """With which firmware must be signed. None: only the form of a signature is checked."""

    @property
    def interval(self) -> float | None:
        """Seconds between two messages, where it is set."""
        return self.settings.get(INTERVAL.name)

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """The topics to subscribe to before `hello`: not more than AWS IoT takes in one request."""
        shadow, jobs = self._shadow, self._jobs
        return (
            f"{shadow}/get/accepted",
            f"{shadow}/update/delta",
            f"{jobs}/notify-next",
            f"{jobs}/start-next/accepted",
        )

    def hello(self) -> tuple[Message, ...]:
        """Return what to publish after each connection: what is set, and what came meanwhile."""
        return (
            self._report(),
            Message(f"{self._shadow}/get", b""),
            Message(f"{self._jobs}/start-next", b"{}"),
        )

    def answer(self, topic: str, payload: bytes) -> Answer:
        """Return what to do about a message. One that is no JSON or not for us changes nothing."""
        try:
            message = json.loads(payload)
        except ValueError:
            return _NOTHING
        if not isinstance(message, dict):
            return _NOTHING
        if topic == f"{self._shadow}/get/accepted":
            return self._take(_part(message, "state").get("delta"))
        if topic == f"{self._shadow}/update/delta":
            return self._take(message.get("state"))
        if topic == f"{self._jobs}/notify-next":
            waits = _part(message, "execution").get("status") == "QUEUED"
            return Answer((Message(f"{self._jobs}/start-next", b"{}"),)) if waits else _NOTHING
        if topic == f"{self._jobs}/start-next/accepted":
            return self._carry_out(_part(message, "execution"))
        return _NOTHING

    def limited(self, telemetry: Mapping[str, object]) -> dict[str, object]:
        """Return telemetry in which the charger draws no more than the maximal current."""
        most, current = self.settings.get(MAX_CURRENT.name), telemetry.get("current_a")
        if most is None or not isinstance(current, int | float) or current <= most:
            return dict(telemetry)
        power = telemetry.get("power_w")
        less = round(power * most / current, 1) if isinstance(power, int | float) else power
        return {**telemetry, "current_a": most, "power_w": less}

    def _take(self, wanted: object) -> Answer:
        """Set what can be set. What cannot stays as it is, and differs from what is desired."""
        if not isinstance(wanted, dict):
            return _NOTHING
        usable = {
            name: value
            for name, value in wanted.items()
            if name in SETTINGS and SETTINGS[name].accepts(value)
        }
        self.settings.update(usable)
        return Answer((self._report(),)) if usable else _NOTHING

    def _carry_out(self, execution: Mapping[str, Any]) -> Answer:
        if not execution.get("jobId"):
            return _NOTHING
        document = _part(execution, "jobDocument")
        why = flaw(document, self.key)
        if why:
            return Answer((self._outcome(execution, "REJECTED", {"reason": why}),))
        operation = Operation(document["operation"])
        details = {"operation": operation.value}
        reports: tuple[Message, ...] = ()
        if operation is Operation.SETTINGS:
            self.settings.update(document["settings"])
            reports = (self._report(desired=document["settings"]),)
        elif operation is Operation.FIRMWARE:
            self.firmware = details["version"] = str(document["version"])
            reports = (self._report(),)
        done = self._outcome(execution, "SUCCEEDED", details)
        return Answer((*reports, done), restart=operation is not Operation.SETTINGS)

    def _outcome(
        self, execution: Mapping[str, Any], status: str, details: Mapping[str, str]
    ) -> Message:
        outcome = {"status": status, "statusDetails": details}
        if "versionNumber" in execution:
            outcome["expectedVersion"] = execution["versionNumber"]
        return Message(f"{self._jobs}/{execution['jobId']}/update", _json(outcome))

    def _report(self, desired: Mapping[str, float] | None = None) -> Message:
        """Report what is set.

        desired: what a job has set. Otherwise what was desired before would come back as a delta.
        """
        state: dict[str, Any] = {"reported": {**self.settings, "firmware": self.firmware}}
        if desired:
            state["desired"] = dict(desired)
        return Message(f"{self._shadow}/update", _json({"state": state}))

    @property
    def _shadow(self) -> str:
        return f"$aws/things/{self.name}/shadow/name/{SETTINGS_SHADOW}"

    @property
    def _jobs(self) -> str:
        return f"$aws/things/{self.name}/jobs"


def _part(message: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = message.get(name)
    return found if isinstance(found, dict) else {}


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
