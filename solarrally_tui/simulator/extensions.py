"""What the simulated account adds to MiniStack, and the order in which it is installed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ministack import app as ministack_app

from solarrally_tui.simulator import (
    identity_center,
    loopback,
    request_tokens,
    resources,
    role_sessions,
    services,
)
from solarrally_tui.simulator.builds.phases import Builds
from solarrally_tui.simulator.ca import LocalCa
from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.functions import api_gateway, roles
from solarrally_tui.simulator.functions.connections import Connections
from solarrally_tui.simulator.functions.event_sources import EventSources
from solarrally_tui.simulator.functions.invocations import Invocations
from solarrally_tui.simulator.iam import principals
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iot import (
    certificate_validity,
    deliveries,
    fleet_provisioning,
    group_names,
    mqtt,
    region_endpoints,
    registry_limits,
    rule_actions,
    rule_sql,
)
from solarrally_tui.simulator.iot.deactivation import Deactivation
from solarrally_tui.simulator.mail.mailbox import Mailbox
from solarrally_tui.simulator.mail.subscriptions import EmailSubscriptions
from solarrally_tui.simulator.pins import replace
from solarrally_tui.simulator.public_dns import PublicDns
from solarrally_tui.simulator.registrar import Registrar
from solarrally_tui.simulator.runtime.core import Runtime
from solarrally_tui.simulator.runtime.edge import function_test
from solarrally_tui.simulator.runtime.edge.vpc_origin_interfaces import VpcOriginInterfaces
from solarrally_tui.simulator.runtime.restored_databases import RestoredDatabases
from solarrally_tui.simulator.scenarios.current import CURRENT
from solarrally_tui.simulator.stacks import (
    cancellation,
    change_sets,
    conditions,
    failed_rollbacks,
    log_group_names,
    parsed_templates,
    return_values,
    reverted_drift,
    schema,
    service_roles,
    stack_states,
    stack_tags,
    stacks_in_review,
    template_urls,
)
from solarrally_tui.simulator.stacks.certificates import Certificates
from solarrally_tui.simulator.stacks.early_validation import EarlyValidation
from solarrally_tui.simulator.stacks.permissions.stack_permissions import StackPermissions
from solarrally_tui.simulator.stacks.refusals import databases
from solarrally_tui.simulator.stacks.refusals import rules as refusals
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks
from solarrally_tui.simulator.stacks.resource_lifecycle import ResourceLifecycle
from solarrally_tui.simulator.stacks.runtime_hooks import RuntimeHooks
from solarrally_tui.simulator.watching import alarms, log_metrics
from solarrally_tui.simulator.wire import forms, models


@dataclass(frozen=True, slots=True)
class Shared:
    """What the extensions of one account have in common."""

    endpoint_url: str
    ca: LocalCa
    clock: Clock
    faults: Faults
    runtime: Runtime
    authorization: Authorization
    deactivation: Deactivation
    connections: Connections
    dns: PublicDns = field(default_factory=PublicDns)
    mailbox: Mailbox = field(default_factory=Mailbox)
    hooks: ResourceHooks = field(default_factory=ResourceHooks)

    @property
    def stack_permissions(self) -> StackPermissions:
        """What CloudFormation may do for stacks."""
        return StackPermissions(self.authorization)


Extension = Callable[[Shared], None]


def install(shared: Shared) -> None:
    """Install every extension. Call once, on the loop that will serve, before the first request."""
    for extension in EXTENSIONS:
        extension(shared)


def _ignore_startup_scripts(_shared: Shared) -> None:
    replace(ministack_app, "_collect_scripts", lambda _: lambda *_folders: [])


EXTENSIONS: Final[tuple[Extension, ...]] = (
    # Before MiniStack starts: it would run scripts of this machine, and it binds the MQTT listener.
    _ignore_startup_scripts,
    lambda shared: mqtt.install(shared.ca),
    lambda shared: shared.deactivation.install(),
    lambda shared: region_endpoints.install(shared.ca, shared.dns.alias),
    lambda _: registry_limits.install(),
    lambda _: group_names.install(),
    lambda _: fleet_provisioning.install(),
    lambda _: certificate_validity.install(),
    lambda _: models.install(),
    lambda _: forms.install(),
    lambda shared: loopback.connect(shared.endpoint_url),
    # What MiniStack lacks. Before everything that wraps a resource type.
    lambda _: services.load(),
    lambda _: resources.load(),
    lambda shared: RestoredDatabases(shared.clock).install(),
    lambda _: function_test.install(),
    # The hooks of a resource type run in the order in which they are declared here.
    lambda shared: shared.hooks.refuse_any(schema.check),
    lambda shared: shared.hooks.refuse_any(CURRENT.check_resource),
    lambda shared: refusals.declare(shared.hooks),
    lambda shared: databases.DatabaseStorage(shared.clock).install(shared.hooks),
    lambda shared: return_values.declare(shared.hooks),
    lambda shared: stack_tags.declare(shared.hooks),
    lambda _: conditions.install(),
    lambda _: log_group_names.install(),
    lambda _: template_urls.install(),
    lambda _: parsed_templates.install(),
    lambda _: cancellation.install(),
    lambda _: failed_rollbacks.install(),
    # These wrap CreateChangeSet, the later ones around the earlier.
    lambda _: stacks_in_review.install(),
    lambda _: service_roles.install(),
    lambda shared: stack_states.StackStates(shared.faults).install(),
    lambda _: reverted_drift.install(),
    lambda _: change_sets.install(),
    lambda shared: EarlyValidation(shared.faults).install(),
    lambda shared: shared.stack_permissions.install(),
    # Outside everything else that wraps the same operations.
    lambda _: request_tokens.install(),
    lambda _: principals.install(),
    lambda _: role_sessions.install(),
    lambda shared: identity_center.install(shared.endpoint_url),
    lambda shared: rule_actions.RuleActions(shared.authorization).install(),
    lambda _: rule_sql.install(),
    # The metrics evaluate the alarms, so they come after them.
    lambda shared: alarms.install(shared.clock),
    lambda _: log_metrics.install(),
    lambda _: deliveries.install(),
    lambda _: roles.install(),
    lambda shared: Invocations(shared.authorization, shared.endpoint_url).install(),
    lambda shared: EventSources(shared.clock).install(),
    lambda shared: api_gateway.install(shared.connections),
    lambda shared: shared.runtime.install(),
    lambda shared: VpcOriginInterfaces(shared.clock).install(),
    lambda shared: RuntimeHooks(shared.runtime).declare(shared.hooks),
    lambda shared: Builds(shared.clock, shared.faults, shared.authorization).install(shared.hooks),
    lambda shared: Certificates(shared.clock, shared.faults, shared.dns).install(shared.hooks),
    lambda shared: EmailSubscriptions(shared.clock, shared.faults, shared.mailbox).install(
        shared.hooks
    ),
    lambda shared: Registrar(shared.clock).install(),
    # Last: it wraps MiniStack's way into every resource type, so that the pace, the faults and the
    # hooks above enclose whatever the other extensions have changed there.
    lambda shared: ResourceLifecycle(
        shared.clock, shared.faults, shared.hooks, shared.stack_permissions
    ).install(),
)
