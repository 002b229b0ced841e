"""Stands before MiniStack's CloudFormation: each resource waits, may fail, is checked."""

import contextvars
import uuid
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from ministack.services.cloudformation import provisioners, stacks

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues
from solarrally_tui.simulator.stacks import durations
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_extract_deps = private(stacks, "_extract_deps")

_plan: contextvars.ContextVar[durations.StackTimeline | None] = contextvars.ContextVar(
    "plan", default=None
)


class ResourceLifecycle:
    """Replaces MiniStack's three ways into a resource type: create, update, delete."""

    def __init__(self, clock: Clock, faults: Faults, checks: ResourceHooks) -> None:
        self._clock, self._faults, self._checks = clock, faults, checks
        self._delete: Callable[..., None] = private(stacks, "_delete_resource")
        self._snapshot: Callable[..., None] = private(stacks, "_snapshot_resource")
        self._to_snapshot: set[tuple[str, str]] = set()

    def install(self) -> None:
        """Put this between MiniStack's stacks and their resources. Call once."""
        # On threads of their own, so that handlers may wait and call the account's APIs.
        replace(stacks, "_runs_on_worker_thread", lambda _: lambda _kind: True)
        replace(stacks, "_topological_sort", self._planning)
        replace(stacks, "_provision_resource", self._creating)
        replace(stacks, "_update_resource", self._updating)
        replace(stacks, "_delete_resource", self._deleting)
        replace(stacks, "_snapshot_resource", lambda _: self._snapshot_later)
        replace(provisioners, "_snapshot_id", lambda _: _snapshot_name)

    def _planning(self, sort: Callable[..., list[str]]) -> Callable[..., list[str]]:
        """Order by the moment at which each resource is done; keep the plan for what follows."""

        def ordered(resources: dict[str, Any], conditions: dict[str, bool]) -> list[str]:
            names = sort(resources, conditions)
            needs = {n: _extract_deps(resources[n], set(names)) - {n} for n in names}
            kinds = {n: _paced_as(resources[n]) for n in names}
            made = durations.plan(kinds, needs)
            _plan.set(made)
            return sorted(names, key=lambda name: (made.created[name], names.index(name)))

        return ordered

    def _creating(self, provision: Callable[..., ReturnValues]) -> Callable[..., ReturnValues]:
        def create(kind: str, logical_id: str, properties: Properties, stack: str) -> ReturnValues:
            self._checks.before_create(kind, logical_id, properties)
            self._wait(kind, logical_id, "create")
            self._fail_if_told(stack, logical_id)
            made = _as_cloudformation(provision, kind, logical_id, properties, stack)
            try:
                return self._checks.after_create(kind, made, properties)
            except ValueError:
                # MiniStack forgets what failed, so nobody else would remove it.
                self._delete(kind, made[0], properties)
                raise

        return create

    def _updating(self, update: Callable[..., ReturnValues]) -> Callable[..., ReturnValues]:
        def change(  # noqa: PLR0913, PLR0917 (MiniStack's signature)
            kind: str,
            identifier: str,
            old: Properties,
            new: Properties,
            stack: str,
            logical_id: str = "",
            attributes: Properties | None = None,
        ) -> ReturnValues:
            if old == new:
                return identifier, attributes or {}
            self._checks.before_create(kind, logical_id, new)
            self._clock.sleep_sync(durations.duration(kind, "update"))
            self._fail_if_told(stack, logical_id)
            native = self._checks.native(kind, identifier)
            made = _as_cloudformation(update, kind, native, old, new, stack, logical_id, attributes)
            try:
                return self._checks.after_create(kind, made, new)
            except ValueError:
                update(kind, made[0], new, old, stack, logical_id, made[1])
                raise

        return change

    def _deleting(self, delete: Callable[..., None]) -> Callable[..., None]:
        def remove(
            kind: str, identifier: str, properties: Properties, stack: str = "", lid: str = ""
        ) -> None:
            self._wait(kind, lid, "delete")
            self._checks.before_delete(kind, identifier, properties)
            if (kind, identifier) in self._to_snapshot:
                self._to_snapshot.discard((kind, identifier))
                _as_cloudformation(self._snapshot, kind, identifier, properties)
            native = self._checks.native(kind, identifier)
            _as_cloudformation(delete, kind, native, properties, stack, lid)

        return remove

    def _snapshot_later(self, kind: str, identifier: str, _properties: Properties) -> None:
        """MiniStack asks for it on the loop; it is taken on the delete's own thread."""
        self._to_snapshot.add((kind, identifier))

    def _wait(self, kind: str, logical_id: str, verb: str) -> None:
        made = _plan.get()
        offsets = {} if made is None else {"create": made.created, "delete": made.deleted}[verb]
        if made is None or logical_id not in offsets:
            self._clock.sleep_sync(durations.duration(kind, verb))
            return
        began = made.began.setdefault(verb, self._clock.now())
        self._clock.sleep_until_sync(began + offsets[logical_id])

    def _fail_if_told(self, stack: str, logical_id: str) -> None:
        if message := self._faults.resource_message(stack, logical_id):
            raise ValueError(message)


def _snapshot_name(identifier: str) -> str:
    """A new name each time, as AWS gives: a site may be made and destroyed again."""
    return f"{identifier}-snapshot-{uuid.uuid4().hex[:12]}"


def _paced_as(definition: dict[str, Any]) -> str:
    return str(definition.get("Type", ""))


def _as_cloudformation(call: Callable[..., Any], kind: str, *arguments: Any) -> Any:
    """Run a handler; put a refusal of an AWS API into CloudFormation's words."""
    try:
        return call(kind, *arguments)
    except ClientError as error:
        detail, status = error.response["Error"], error.response["ResponseMetadata"]
        service = kind.split("::")[1]
        raise ValueError(
            f'Resource handler returned message: "{detail.get("Message", "")} '
            f"(Service: {service}, Status Code: {status.get('HTTPStatusCode', 400)}, "
            f'Request ID: {status.get("RequestId", "")})" '
            f"(HandlerErrorCode: {_handler_code(detail.get('Code', ''))})"
        ) from error


def _handler_code(code: str) -> str:
    for part, name in (
        ("NotFound", "NotFound"),
        ("NoSuch", "NotFound"),
        ("Exists", "AlreadyExists"),
        ("Limit", "ServiceLimitExceeded"),
        ("InUse", "ResourceConflict"),
        ("Denied", "AccessDenied"),
        ("Throttl", "Throttling"),
    ):
        if part in code:
            return name
    return "InvalidRequest"
