"""Faults on demand: a resource that fails, or a call that is throttled, refused or late."""

import threading
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from solarrally_tui.simulator.calls import Call
from solarrally_tui.simulator.iam import refusal_words
from solarrally_tui.simulator.wire.responses import ApiError

KINDS = (
    "resource",
    "deletion",
    "throttle",
    "refuse",
    "session",
    "delay",
    "build",
    "certificate",
    "subscription",
    "unsubscription",
    "change-set",
    "task",
)

# The code and message with which each protocol family throttles.
_THROTTLES = {
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503),
    "s3": ("SlowDown", "Please reduce your request rate.", 503),
    "query": ("Throttling", "Rate exceeded", 400),
    "rest-xml": ("Throttling", "Rate exceeded", 400),
}
_THROTTLE = ("ThrottlingException", "Rate exceeded", 400)


_EXPIRED = ("ExpiredToken", "The security token included in the request is expired", 403)

# Stacks whose resources were part of another stack: faults written for that one still happen.
_FORMERLY = {"balancer": ("app",)}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    id: str
    """What `DELETE /_solarrally/faults/ID` takes."""
    kind: str
    """One of KINDS."""
    target: str
    """`STACK/LOGICAL_ID` of a resource, `service.Operation` of a call (`service.*` for all of a
    service, `*` for all), the phase of a build, the domain name of a certificate, an e-mail
    address, or the stack of a service. Of a session: the call with which it ends.
    """
    message: str = ""
    """The reason that AWS gives."""
    code: str = ""
    """Error code of a refused call; empty for the service's access denied. Of a change set: the
    hook or validation that refuses it; empty for the check of names."""
    seconds: float = 0.0
    """Real seconds by which a call is late."""
    times: int | None = None
    """How many times it happens; None for every time."""


class Faults:
    """The faults in force. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, Fault] = {}
        self._used: dict[str, int] = {}
        self._ended: dict[str, str] = {}
        """The fault that has ended the session of an access key."""

    def add_text(self, text: str) -> None:
        """Add a resource fault from `STACK/LOGICAL_ID=MESSAGE`.

        Raises ValueError when the text has another form.
        """
        target, separator, message = text.partition("=")
        if not separator or "/" not in target:
            msg = f"A fault is STACK/LOGICAL_ID=MESSAGE, not {text}."
            raise ValueError(msg)
        self.add({"kind": "resource", "target": target, "message": message})

    def add(self, given: dict[str, Any]) -> dict[str, Any]:
        """Add a fault and return it with its id.

        Raises ValueError when the kind is unknown or the target is missing, and TypeError for a key
        that no fault has.
        """
        if given.get("kind") not in KINDS or not given.get("target"):
            msg = f"A fault needs a target and a kind: {', '.join(KINDS)}."
            raise ValueError(msg)
        fault = Fault(id=uuid.uuid4().hex[:8], **given)
        with self._lock:
            self._faults[fault.id] = fault
        return asdict(fault)

    def listed(self) -> list[dict[str, Any]]:
        """Return every fault, with how often it happened."""
        with self._lock:
            return [
                asdict(f) | {"happened": self._used.get(f.id, 0)} for f in self._faults.values()
            ]

    def remove(self, identifier: str) -> dict[str, Any]:
        """Remove one fault, or every fault when no id is given.

        Raises ApiError when no fault has that id.
        """
        with self._lock:
            if identifier and identifier not in self._faults:
                raise ApiError("NotFound", f"There is no fault {identifier}.", 404)
            removed = [identifier] if identifier else list(self._faults)
            for key in removed:
                del self._faults[key]
        return {"removed": removed}

    def resource_message(self, stack: str, logical_id: str) -> str | None:
        """Return why a resource is to fail now, or None when it is not.

        `stack` is the full stack name; a fault may name its last part alone, such as `data`, or a
        stack that had the resource before.
        """
        return self._message("resource", _resource_targets(stack, logical_id))

    def deletion_message(self, stack: str, logical_id: str) -> str | None:
        """Return why AWS cannot delete a resource of a stack now, or None when it can."""
        return self._message("deletion", _resource_targets(stack, logical_id))

    def change_set_refusal(self, stack: str, logical_id: str) -> Fault | None:
        """Return the fault by which a change set is refused because of a resource."""
        return self._take("change-set", _resource_targets(stack, logical_id))

    def task_message(self, service: str) -> str | None:
        """Return why a container of a service's new task ends at once, or None when it does not."""
        words = service.split("-")
        stacks = ("-".join(words[:number]) for number in range(1, len(words) + 1))
        return self._message("task", (*stacks, "*"))

    def message(self, kind: str, target: str) -> str | None:
        """Return the message of a fault of this kind on this target or on `*`, or None."""
        return self._message(kind, (target, "*"))

    def delay(self, call: Call) -> float:
        """Return the real seconds by which a call is to be late."""
        fault = self._take("delay", _targets(call))
        return fault.seconds if fault else 0.0

    def refusal(self, call: Call) -> ApiError | None:
        """Return how AWS refuses this call now, or None when it does not."""
        if self._has_ended(call):
            return ApiError(*_EXPIRED)
        if self._take("throttle", _targets(call)):
            return ApiError(*_THROTTLES.get(call.protocol, _THROTTLE))
        if fault := self._take("refuse", _targets(call)):
            code, status = refusal_words.code(call.service, call.protocol)
            message = (
                fault.message
                or f"User is not authorized to perform: {call.service}:{call.operation}"
            )
            return ApiError(fault.code or code, message, 400 if fault.code else status)
        return None

    def _has_ended(self, call: Call) -> bool:
        """Whether the session that signs a call has ended: by this call, or before."""
        if fault := self._take("session", _targets(call)):
            self._ended[call.access_key] = fault.id
        return self._ended.get(call.access_key) in self._faults

    def _message(self, kind: str, targets: tuple[str, ...]) -> str | None:
        fault = self._take(kind, targets)
        return None if fault is None else fault.message or "Internal failure"

    def _take(self, kind: str, targets: tuple[str, ...]) -> Fault | None:
        with self._lock:
            for fault in self._faults.values():
                used = self._used.get(fault.id, 0)
                spent = fault.times is not None and used >= fault.times
                if fault.kind == kind and fault.target in targets and not spent:
                    self._used[fault.id] = used + 1
                    return fault
        return None


def _resource_targets(stack: str, logical_id: str) -> tuple[str, ...]:
    site, _, part = stack.rpartition("-")
    parts = (part, *_FORMERLY.get(part, ()))
    return tuple(f"{name}/{logical_id}" for p in parts for name in (p, f"{site}-{p}"))


def _targets(call: Call) -> tuple[str, ...]:
    return (f"{call.service}.{call.operation}", f"{call.service}.*", "*")
