"""Every way into a resource of a stack: it waits, it may fail, and hooks surround it."""

import contextvars
import uuid
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners, stacks

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, handler_error
from solarrally_tui.simulator.stacks import durations
from solarrally_tui.simulator.stacks.permissions.handler_needs import Handling
from solarrally_tui.simulator.stacks.permissions.stack_permissions import StackPermissions
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_extract_deps = private(stacks, "_extract_deps")
_add_event = private(stacks, "_add_event")
_stacks = private(cloudformation, "_stacks")
_name_seed = private(provisioners, "_NAME_SEED")

_timeline: contextvars.ContextVar[durations.StackTimeline | None] = contextvars.ContextVar(
    "timeline", default=None
)

# What happens to a resource that the running update replaces.
_replace_policy: contextvars.ContextVar[str] = contextvars.ContextVar("policy", default="Delete")

_CERTIFICATE = "AWS::CertificateManager::Certificate"
_FUNCTION = "AWS::Lambda::Function"
_SERVICE = "AWS::ECS::Service"
_STACK = "AWS::CloudFormation::Stack"

# Resources that are configured long before they are stable. CloudFormation reports it of some types
# only (user guide, stack creation events); these are in lists of events that people have posted, of
# rosa, the CDK and SAM. A service reports it just before its end (copilot-cli, since 2026-09-28).
_STABILISE = {
    "AWS::EC2::NatGateway",
    "AWS::ECR::Repository",
    "AWS::ECS::Cluster",
    "AWS::S3::Bucket",
}
_CONFIGURED = 0.4
_CHECKS = "Eventual consistency check initiated"
_DETAIL = "CONFIGURATION_COMPLETE"

# Simulated seconds for which Lambda keeps the interfaces of a function in a VPC. People report 20
# minutes and more, 45 at most (questions about stacks that wait with the words below).
_INTERFACES_SECONDS = 1200.0
_CLEANING = (
    "CloudFormation is waiting for NetworkInterfaces associated with the Lambda Function to be "
    "cleaned up."
)

# Parts of an API's error code, and CloudFormation's HandlerErrorCode for it.
_HANDLER_CODES = {
    "NotFound": "NotFound",
    "NoSuch": "NotFound",
    "Exists": "AlreadyExists",
    "Limit": "ServiceLimitExceeded",
    "InUse": "ResourceConflict",
    "Denied": "AccessDenied",
    "Throttl": "Throttling",
}


class ResourceLifecycle:
    """Wraps MiniStack's three ways into a resource type: create, update, delete."""

    def __init__(
        self, clock: Clock, faults: Faults, hooks: ResourceHooks, permissions: StackPermissions
    ) -> None:
        self._clock, self._faults, self._hooks = clock, faults, hooks
        self._permissions = permissions
        self._delete: Callable[..., None] = private(stacks, "_delete_resource")
        self._snapshot: Callable[..., None] = private(stacks, "_snapshot_resource")
        self._to_snapshot: set[tuple[str, str]] = set()

    def install(self) -> None:
        """Put this between MiniStack's stacks and their resources. Call once."""
        # On threads of their own, so that handlers may wait and call the account's APIs.
        replace(stacks, "_runs_on_worker_thread", lambda _: lambda _kind: True)
        replace(stacks, "_topological_sort", self._sorting)
        replace(stacks, "_provision_resource", self._creating)
        replace(stacks, "_update_resource", self._updating)
        replace(stacks, "_delete_resource", self._deleting)
        replace(stacks, "_snapshot_resource", lambda _: self._snapshot_later)
        replace(stacks, "_resource_policy", _noting_replace_policy)
        # A new name each time, as AWS gives: a site may be deployed and destroyed again.
        replace(
            provisioners,
            "_snapshot_id",
            lambda _: lambda identifier: f"{identifier}-snapshot-{uuid.uuid4().hex[:12]}",
        )

    def _sorting(self, sort: Callable[..., list[str]]) -> Callable[..., list[str]]:
        """Sort by the moment at which each resource ends, and keep these moments for later."""

        def sorted_by_end(resources: dict[str, Any], conditions: dict[str, bool]) -> list[str]:
            names = sort(resources, conditions)
            needs = {n: _extract_deps(resources[n], set(names)) - {n} for n in names}
            kinds = {n: str(resources[n].get("Type", "")) for n in names}
            timeline = durations.timeline(kinds, needs)
            _timeline.set(timeline)
            late = _after_certificates(kinds, needs)
            return sorted(
                names,
                key=lambda name: (name in late, timeline.created[name], names.index(name)),
            )

        return sorted_by_end

    def _creating(self, provision: Callable[..., ReturnValues]) -> Callable[..., ReturnValues]:
        def create(kind: str, logical_id: str, properties: Properties, stack: str) -> ReturnValues:
            self._hooks.before_create(kind, logical_id, properties)
            self._hooks.before_new(kind, logical_id, properties)
            # AWS refuses at the start, and gives an id to what it accepts. The rest is waiting.
            self._wait_for_start(kind, logical_id)
            self._raise_fault(stack, logical_id)
            handling = Handling(kind, "create", stack, logical_id, properties)
            self._permissions.check(handling)
            # AWS generates a unique name each time, so nothing that an earlier stack left is in the
            # way. MiniStack keeps the seed for updates, and alone would generate the same name.
            _name_seed.set(uuid.uuid4().hex)
            values = _in_handler_words(provision, kind, logical_id, properties, stack)
            _report(stack, logical_id, kind, "Resource creation Initiated", values[0])
            if kind in _STABILISE:
                self._wait_for_start(kind, logical_id, done=_CONFIGURED)
                self._report_configured(stack, logical_id, kind, values[0])
            self._wait(kind, logical_id, "create")
            try:
                corrected = self._after(kind, values, properties)
                self._permissions.check(handling.on("created", corrected[0]))
                if kind == _SERVICE:
                    self._report_configured(stack, logical_id, kind, values[0])
            except ValueError:
                # MiniStack forgets a resource that failed, so nothing else would delete it.
                self._delete(kind, values[0], properties)
                raise
            return corrected

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
            self._hooks.before_create(kind, logical_id, new)
            self._hooks.before_update(kind, identifier, old, new)
            self._clock.sleep_sync(durations.duration(kind, "update"))
            self._raise_fault(stack, logical_id)
            handling = Handling(kind, "update", stack, logical_id, new, old, identifier)
            self._permissions.check(handling)
            native = self._hooks.native(kind, identifier)
            values = _in_handler_words(
                update, kind, native, old, new, stack, logical_id, attributes
            )
            if values[0] != native and _replace_policy.get() == "Snapshot":
                self._to_snapshot.add((kind, native))
            try:
                updated = self._after(kind, values, new)
                if kind == _SERVICE:
                    self._report_configured(stack, logical_id, kind, updated[0], "UPDATE")
                return updated
            except ValueError:
                update(kind, values[0], new, old, stack, logical_id, values[1])
                raise

        return change

    def _deleting(self, delete: Callable[..., None]) -> Callable[..., None]:
        def remove(
            kind: str, identifier: str, properties: Properties, stack: str = "", lid: str = ""
        ) -> None:
            self._wait(kind, lid, "delete")
            if message := self._faults.deletion_message(stack, lid):
                raise ValueError(message)
            self._hooks.before_delete(kind, identifier, properties)
            self._permissions.check(
                Handling(kind, "delete", stack, lid, properties, {}, identifier)
            )
            if (kind, identifier) in self._to_snapshot:
                self._to_snapshot.discard((kind, identifier))
                _in_handler_words(self._snapshot, kind, identifier, properties)
            if kind == _FUNCTION and properties.get("VpcConfig"):
                _report(stack, lid, kind, _CLEANING, identifier, "DELETE")
                self._clock.sleep_sync(_INTERFACES_SECONDS)
            native = self._hooks.native(kind, identifier)
            _in_handler_words(delete, kind, native, properties, stack, lid)

        return remove

    def _after(self, kind: str, values: ReturnValues, properties: Properties) -> ReturnValues:
        corrected: ReturnValues = _in_handler_words(
            self._hooks.after_create, kind, values, properties
        )
        return corrected

    def _snapshot_later(self, kind: str, identifier: str, _properties: Properties) -> None:
        """MiniStack asks for a snapshot on the loop. It is taken on the deletion's own thread."""
        self._to_snapshot.add((kind, identifier))

    def _wait_for_start(self, kind: str, logical_id: str, done: float = 0.0) -> None:
        """Wait until AWS would begin with a resource, or has done a part of it."""
        timeline = _timeline.get()
        if timeline is None or logical_id not in timeline.created:
            return
        began = timeline.began.setdefault("create", self._clock.now())
        left = (1.0 - done) * durations.duration(kind, "create")
        self._clock.sleep_until_sync(began + timeline.created[logical_id] - left)

    def _report_configured(
        self, stack: str, logical_id: str, kind: str, identifier: str, verb: str = "CREATE"
    ) -> None:
        """Report that a resource is configured, and after the last one that the stack is."""
        _report(stack, logical_id, kind, _CHECKS, identifier, verb, _DETAIL)
        timeline, record = _timeline.get(), _stacks.get(stack)
        last = timeline and logical_id == max(timeline.created, key=timeline.created.__getitem__)
        if record and last:
            _report(stack, stack, _STACK, _CHECKS, record["StackId"], verb, _DETAIL)

    def _wait(self, kind: str, logical_id: str, verb: str) -> None:
        timeline = _timeline.get()
        ends = {} if timeline is None else timeline.ends(verb)
        if timeline is None or logical_id not in ends:
            self._clock.sleep_sync(durations.duration(kind, verb))
            return
        began = timeline.began.setdefault(verb, self._clock.now())
        self._clock.sleep_until_sync(began + ends[logical_id])

    def _raise_fault(self, stack: str, logical_id: str) -> None:
        if message := self._faults.resource_message(stack, logical_id):
            raise ValueError(message)


def _noting_replace_policy(find: Callable[..., str]) -> Callable[..., str]:
    """Keep the policy for the update: MiniStack takes no snapshot of what is replaced."""

    def policy(definition: Any, attribute: str, *rest: Any) -> str:
        found = find(definition, attribute, *rest)
        if attribute == "UpdateReplacePolicy":
            _replace_policy.set(found)
        return found

    return policy


def _after_certificates(kinds: dict[str, str], needs: dict[str, set[str]]) -> set[str]:
    """Return the certificates, and what depends on one.

    A certificate may wait for days, and what does not need it is created meanwhile.
    """
    late = {name for name, kind in kinds.items() if kind == _CERTIFICATE}
    while more := {name for name, them in needs.items() if them & late} - late:
        late |= more
    return late


def _report(  # noqa: PLR0913, PLR0917 (what an event has)
    stack: str,
    logical_id: str,
    kind: str,
    words: str,
    identifier: str,
    verb: str = "CREATE",
    detail: str = "",
) -> None:
    """Report how far AWS is with a resource that has its id."""
    record = _stacks.get(stack)
    if record is not None:
        status = f"{verb}_IN_PROGRESS"
        _add_event(record["StackId"], stack, logical_id, kind, status, words, identifier, detail)


def _in_handler_words(call: Callable[..., Any], kind: str, *arguments: Any) -> Any:
    """Run a handler, and put the refusal of an AWS API into CloudFormation's words."""
    try:
        return call(kind, *arguments)
    except ClientError as error:
        detail, status = error.response["Error"], error.response["ResponseMetadata"]
        code = detail.get("Code", "")
        known = (name for part, name in _HANDLER_CODES.items() if part in code)
        raise handler_error(
            detail.get("Message", ""),
            next(known, "InvalidRequest"),
            service=kind.split("::")[1],
            status=status.get("HTTPStatusCode", 400),
            request=status.get("RequestId", ""),
        ) from error
