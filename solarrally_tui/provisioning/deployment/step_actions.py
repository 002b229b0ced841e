"""What each step of a deployment does."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from solarrally_tui.account.shared import service_linked_roles, singletons
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.blueprints import CATALOGUE, Blueprint, blueprint
from solarrally_tui.deployed import record
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.policy.deploy import WITHOUT_ROLE
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.explanation import no_service_role, not_accepted
from solarrally_tui.provisioning.change.outdated_stack import waits
from solarrally_tui.provisioning.change.stack_step import StackStep
from solarrally_tui.provisioning.deployment import (
    administrator,
    bridge_certificate,
    facts,
    step_graph,
    verify,
    viewer_keys,
)
from solarrally_tui.provisioning.deployment.builds import build_steps, publish, upload
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.deployment.domain import domain_move
from solarrally_tui.provisioning.deployment.domain.certificate_wait import Patience
from solarrally_tui.provisioning.engine.steps import Action, End, StepError
from solarrally_tui.provisioning.identities.service_role import ServiceRole
from solarrally_tui.site.names import stack_name
from solarrally_tui.stacks.parameters import MissingValueError, parameters

_CREATED: Final = "CREATE_COMPLETE"


def actions(run: Run) -> Mapping[str, Action]:
    """Return the action of every step of the deployment graph."""
    found: dict[str, Action] = {
        step_graph.LOOK: partial(facts.look, run),
        step_graph.RECORD: partial(_record, run),
        step_graph.ROLES: partial(_roles, run),
        step_graph.SERVICE_ROLE: partial(_service_role, run),
        step_graph.SINGLETONS: partial(_singletons, run),
        step_graph.SOURCE: partial(upload.upload, run),
        step_graph.IMAGE: partial(build_steps.build_images, run),
        step_graph.FRONTEND: partial(build_steps.build_frontend, run),
        step_graph.BRIDGE: partial(bridge_certificate.ensure, run),
        step_graph.PUBLISH: partial(publish.invalidate, run),
        step_graph.VIEWERS: partial(viewer_keys.ensure, run),
        step_graph.ADMINISTRATOR: partial(administrator.ensure, run),
        step_graph.VERIFY: partial(verify.verify, run),
    }
    found |= {item.id: partial(_stack, run, item) for item in CATALOGUE}
    found |= {"global": partial(_global, run), "edge": partial(_edge, run)}
    return {step: partial(_noted, run, step, action) for step, action in found.items()}


async def _noted(run: Run, step: str, action: Action) -> End:
    end = await action()
    if end.changed:
        run.changed.add(step)
    return end


async def _record(run: Run) -> End:
    return End(await record.write(run.door, run.site, run.facts["AccountId"]))


async def _roles(run: Run) -> End:
    made = await service_linked_roles.ensure(run.door)
    return End(bool(made), ", ".join(made))


async def _service_role(run: Run) -> End:
    governance = run.site.governance
    if not governance.service_role:
        return End(False, "Not wanted. Stacks that have a role already keep it.")
    found = await ServiceRole.of(run.door, run.site.name)
    try:
        changed = await found.ensure(governance.permissions_boundary_arn)
    except AwsError as error:
        if error.kind is Kind.DENIED:
            raise StepError(no_service_role(found.arn, error)) from error
        raise
    run.service_role = found.arn
    return End(bool(changed), found.role.name)


async def _singletons(run: Run) -> End:
    alerts, governance = run.site.alerts, run.site.governance
    needs = singletons.Needs(
        run.site.name, alerts.email, alerts.anomaly_detection, bool(governance.github_repository)
    )
    found = await singletons.ensure(run.door, needs)
    if found.oidc_provider_arn:
        run.facts["OidcProviderArn"] = found.oidc_provider_arn
    return End(bool(found.made), ", ".join(found.made))


async def _global(run: Run) -> End:
    moved = await domain_move.make_way(run)
    end = await _stack(run, blueprint("global"))
    return End(end.changed or moved, end.reason)


async def _edge(run: Run) -> End:
    end = await _stack(run, blueprint("edge"))
    return End(bool(await domain_move.tidy(run)) or end.changed, end.reason)


async def _stack(run: Run, item: Blueprint) -> End:
    name = stack_name(run.site.name, item.id)
    try:
        values = parameters(item.id, run.site, run.facts, run.outputs)
    except MissingValueError as error:
        raise StepError(not_accepted(name, str(error))) from error
    region = item.region_for(run.site.region)
    role = "" if item.id in WITHOUT_ROLE else run.service_role
    wanted = Wanted(
        run.site.name, name, region, item.template(), values, role, may_lose=run.may_lose
    )
    patience = Patience(run, item.id)
    step = StackStep(
        run.door, run.voice, item.id, wanted, patience.idle, partial(_outdated, run, region)
    )
    try:
        end, stack = await step.bring()
    except StepError as error:
        raise patience.explain(error) from error
    run.outputs[item.id] = stack.outputs
    if item.id == "app" and step_graph.BRIDGE in run.changed and end.reason != _CREATED:
        await _restart(run)
        return End(True, end.reason)
    return end


async def _outdated(run: Run, region: str, found: Stack) -> bool:
    other = found.parameters.get("DomainName", "") != run.site.domain.name
    return other and await waits(run.door, run.site.name, found, region)


async def _restart(run: Run) -> None:
    """Replace the tasks: they read the bridge's certificate only when they start."""
    app = run.outputs["app"]
    await run.door.call(
        "ecs",
        "update_service",
        cluster=app["ClusterName"],
        service=app["ServiceName"],
        forceNewDeployment=True,
    )
