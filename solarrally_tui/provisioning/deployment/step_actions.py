"""What each step of a deployment does."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from solarrally_tui.account.preflight.inspection import Lookups
from solarrally_tui.account.shared import service_linked_roles, singletons
from solarrally_tui.account.shared.extras import STACKS
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.blueprints import CATALOGUE, blueprint
from solarrally_tui.deployed import record
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.change.explanation import no_service_role
from solarrally_tui.provisioning.deployment import (
    administrator,
    bridge_certificate,
    facts,
    guards,
    preflight,
    stack_steps,
    step_graph,
    verify,
    viewer_keys,
)
from solarrally_tui.provisioning.deployment.builds import build_steps, publish, upload
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.optional import optional
from solarrally_tui.provisioning.deployment.releases import keeping
from solarrally_tui.provisioning.engine.context import Action
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.provisioning.identities.service_role import ServiceRole, zones_of


async def check_account(deployment: Deployment) -> End:
    """Refuse what must not be deployed, and learn the facts. Changes nothing in the account."""
    site, stacks = deployment.site, deployment.stacks
    if deployment.preflight:
        await preflight.refuse_disabled_region(site, stacks)
    guarded = await guards.check(site, stacks)
    for warning in guarded.warnings:
        deployment.narrator.step(step_graph.ACCOUNT, State.RUNNING, warning)
    known = await facts.look_up(site, stacks, guarded.there)
    for warning in known.warnings:
        deployment.narrator.step(step_graph.ACCOUNT, State.RUNNING, warning)
    if deployment.preflight:
        lookups = Lookups(known.engine_version, known.availability_zones)
        found = await preflight.obstacles(site, stacks, known.account_id, guarded.there, lookups)
        warned = [f for f in found if f.severity is Severity.WARN]
        noticed = [*((f.title, f"{f.line} {f.fix}") for f in warned), *preflight.not_read(found)]
        for title, line in noticed:
            part = (step_graph.ACCOUNT, State.WARN, title, preflight.CHECK, line)
            deployment.narrator.part(*part)
        preflight.refuse(site, found)
    return End(False, f"Account {known.account_id}, {site.region}.", known)


async def write_record(deployment: Deployment) -> End:
    """Save the site's answers in the account, where its name alone finds them."""
    account = deployment.facts.account_id
    return End(await record.write(deployment.door, deployment.site, account))


async def create_service_linked_roles(deployment: Deployment) -> End:
    """Create the service-linked roles that AWS services need and that are missing."""
    created = await service_linked_roles.ensure(deployment.door)
    return End(bool(created), ", ".join(created))


async def ensure_service_role(deployment: Deployment) -> End:
    """Create or correct the role that CloudFormation works with, and learn its ARN."""
    governance = deployment.site.governance
    if not governance.service_role:
        return End(False, "Not wanted. Stacks that have a role already keep it.", "")
    role = await ServiceRole.of(deployment.door, deployment.site.name)
    try:
        # A zone that the site leaves still has its records.
        zones = await zones_of(deployment.stacks)
        if chosen := deployment.facts.hosted_zone_id:
            zones.add(chosen)
        changed = await role.ensure(governance.permissions_boundary_arn, zones)
    except AwsError as error:
        if error.kind is Kind.DENIED and not error.is_decided_by_others:
            raise StepError(no_service_role(role.arn, error)) from error
        raise
    return End(bool(changed), role.role.name, role.arn)


async def ensure_account_settings(deployment: Deployment) -> End:
    """Set up what the sites of an account share. What AWS refuses of it is a warning."""
    site = deployment.site
    needs = singletons.SettingsWanted(
        site=site.name,
        email=site.alerts.email,
        anomaly_detection=site.alerts.anomaly_detection,
        iot_log=site.devices.iot_log,
        fleet_index=site.devices.fleet_index,
        github=bool(site.governance.github_repository),
        boundary=site.governance.permissions_boundary_arn,
    )
    shared = await singletons.ensure(deployment.door, needs)
    created = f"Created: {', '.join(shared.created)}." if shared.created else ""
    return End(bool(shared.created), created, warnings=shared.warnings)


ACTIONS: Final[Mapping[str, Action[Deployment]]] = MappingProxyType(
    {item.id: partial(stack_steps.deploy_stack, item=item) for item in CATALOGUE}
    | {
        stack: optional(partial(stack_steps.deploy_stack, item=blueprint(stack)), extra)
        for stack, extra in STACKS.items()
    }
    | {
        "bootstrap": stack_steps.deploy_bootstrap,
        "global": stack_steps.deploy_global,
        "iot": stack_steps.deploy_iot,
        "network": stack_steps.deploy_network,
        "data": stack_steps.deploy_data,
        "app": stack_steps.deploy_app,
        "edge": stack_steps.deploy_edge,
        "observe": stack_steps.deploy_observe,
        step_graph.DISTRIBUTION: stack_steps.create_distribution,
        step_graph.ACCOUNT: check_account,
        step_graph.RECORD: write_record,
        step_graph.ROLES: create_service_linked_roles,
        step_graph.SERVICE_ROLE: ensure_service_role,
        step_graph.SINGLETONS: ensure_account_settings,
        step_graph.SOURCE: upload.upload_build_source,
        step_graph.IMAGE: build_steps.build_images,
        step_graph.FRONTEND: build_steps.build_frontend,
        step_graph.BRIDGE: bridge_certificate.ensure,
        step_graph.PUBLISH: publish.publish_page,
        step_graph.RELEASE: keeping.keep,
        step_graph.VIEWERS: viewer_keys.ensure,
        step_graph.ADMINISTRATOR: administrator.ensure,
        step_graph.VERIFY: verify.verify,
    }
)
"""The action of every step of the deployment graph."""
