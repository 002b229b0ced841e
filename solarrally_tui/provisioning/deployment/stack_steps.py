"""The steps that are stacks. Some do more, or less, than bring their stack to the answers."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.account import billing_alerts
from solarrally_tui.account.shared import log_groups
from solarrally_tui.aws.errors import AwsError, Kind, Plain, tolerate
from solarrally_tui.blueprints import Blueprint, blueprint
from solarrally_tui.deployed.kept_evidence import Item
from solarrally_tui.deployed.stack import MissingOutputError, Stack
from solarrally_tui.policy.service_role import WITHOUT_ROLE
from solarrally_tui.provisioning.change import protection
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.evidence import EvidenceKeeper
from solarrally_tui.provisioning.change.explanation import not_accepted
from solarrally_tui.provisioning.change.outdated_stack import CREATING, waits
from solarrally_tui.provisioning.change.stack_step import Brought, StackStep
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.deployment import log_retention, release
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.domain import charger_record, domain_move
from solarrally_tui.provisioning.deployment.domain.certificate_wait import CertificateWait
from solarrally_tui.provisioning.deployment.progress.rollout import RolloutWatch
from solarrally_tui.provisioning.deployment.releases import service_image
from solarrally_tui.provisioning.deployment.step_graph import BRIDGE, DISTRIBUTION
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, of_stack
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.provisioning.identities import iot_identities
from solarrally_tui.stacks.parameters import MissingValueError, edge_alone, parameters

_CREATED: Final = "CREATE_COMPLETE"
_UNDONE: Final = "UPDATE_ROLLBACK_COMPLETE"
_SEEN, _SEEN_LENGTH = 2, 300
"""Pieces of evidence that an error names, and the characters of each."""
_ASKED_FOR: Final[Mapping[str, str]] = MappingProxyType(
    {
        "global": "AWS::CertificateManager::Certificate",
        "balancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
        DISTRIBUTION: "AWS::CloudFront::Distribution",
    }
)
"""For steps that others need accepted: the type of resource that decides about it."""


async def deploy_stack(deployment: Deployment, item: Blueprint) -> End:
    """Create, update or leave one stack; what the step learns is the stack as it is then.

    Raises StepError, AwsError and StillWaitingError, as the other steps here do.
    """
    return _end(await _bring(deployment, item))


async def deploy_bootstrap(deployment: Deployment) -> End:
    """Deploy the stack, and subscribe the e-mail for alerts again where it was unsubscribed."""
    brought = await _bring(deployment, blueprint("bootstrap"))
    topic, email = brought.stack.outputs["AlertTopicArn"], deployment.site.alerts.email
    try:
        again = await billing_alerts.subscribe_again(deployment.door, topic, email)
    except AwsError as error:
        if error.kind not in {Kind.DENIED, Kind.ACCOUNT, Kind.LIMIT}:
            raise
        end = _end(brought)
        warning = replace(error.plain, what=f"{email} may not be subscribed to the alerts.")
        return replace(end, warnings=(*end.warnings, warning))
    if again:
        why = (
            f"{email} was not subscribed to the alerts. AWS sends an e-mail to confirm. Copy its "
            f"link, then run solarrally alerts confirm {deployment.site.name} LINK."
        )
        deployment.narrator.step("bootstrap", State.RUNNING, why)
    return _end(brought, also=again)


async def create_distribution(deployment: Deployment) -> End:
    """Create the distribution in `edge`, which then serves the page alone; leave one that exists.

    AWS refuses it to accounts that it has not verified. Asked for here, it refuses before anything
    that costs is created, and no load balancer or certificate is waited for.
    """
    edge = await deployment.stacks.find("edge")
    if edge and edge.is_created and not edge.status.startswith((CREATING, "DELETE_")):
        return End(False)
    brought = await _bring(deployment, blueprint("edge"), DISTRIBUTION)
    return End(brought.changed, brought.stack.status, warnings=brought.warnings)


async def deploy_global(deployment: Deployment) -> End:
    """Move CloudFront off what is about to change, then deploy the stack."""
    moved = await release.from_global(deployment)
    return _end(await _bring(deployment, blueprint("global")), also=moved)


async def deploy_iot(deployment: Deployment) -> End:
    """Deploy the stack, lead the chargers' host to it, and delete claims that are not wanted.

    A claim that leaked while no devices register with one would work again once they do.
    """
    before = await deployment.stacks.parameters("iot")
    await charger_record.make_room(deployment, before)
    brought = await _bring(deployment, blueprint("iot"))
    led, left_to_do = await charger_record.follow(deployment, before)
    claims = 0
    if not deployment.site.devices.fleet_provisioning:
        claims = await iot_identities.delete_claims(deployment.door, deployment.site.name)
    end = _end(brought, also=led or bool(claims))
    return replace(end, warnings=(*end.warnings, *left_to_do))


async def deploy_network(deployment: Deployment) -> End:
    """Move the tasks off outbound access that is about to go, then deploy the stack."""
    moved = await release.from_network(deployment)
    return _end(await _bring(deployment, blueprint("network")), also=moved)


async def deploy_data(deployment: Deployment) -> End:
    """Deploy the stack, and protect the database again where a run has lifted its protection.

    A replacement that failed or that was interrupted leaves the old database without it.
    """
    try:
        brought = await _bring(deployment, blueprint("data"))
    except StepError:
        await _protect(deployment)
        raise
    return _end(brought, also=await _protect(deployment))


async def _protect(deployment: Deployment) -> bool:
    stack = await deployment.stacks.find("data")
    if stack is None or stack.parameters.get("DeletionProtection") != "true":
        return False
    databases = await deployment.stacks.resource_ids("data", protection.DATABASE)
    return any([await protection.put_back(deployment.door, name) for name in databases])


async def deploy_app(deployment: Deployment) -> End:
    """Deploy the stack, and restart tasks that run with an older bridge certificate.

    Tasks of a commit that GitHub Actions have brought out give way to those of the answers.
    """
    try:
        brought = await _bring(deployment, blueprint("app"))
    except StepError as error:
        raise await _still_serves(deployment, error) from error
    stack = brought.stack
    restart = deployment.changed(BRIDGE) and stack.status != _CREATED
    if restart:
        # Tasks, and the hub, read the bridge's certificate only when they start.
        for output in ("HubServiceName", "ServiceName"):
            if service := stack.outputs.get(output):
                await deployment.door.call(
                    "ecs",
                    "update_service",
                    cluster=stack.outputs["ClusterName"],
                    service=service,
                    forceNewDeployment=True,
                )
    return _end(brought, also=await _own_tasks(deployment, stack) or restart)


async def _own_tasks(deployment: Deployment, stack: Stack) -> bool:
    """Give the service the task definition of its stack, where it runs another one."""
    app = stack.outputs
    if "ServiceName" not in app:
        return False
    service = await service_image.service_of(deployment.door, app)
    own = app["TaskDefinitionArn"]
    if service["taskDefinition"] == own:
        return False
    await deployment.door.call(
        "ecs",
        "update_service",
        cluster=app["ClusterName"],
        service=app["ServiceName"],
        taskDefinition=own,
    )
    await service_image.wait(deployment.door, app, own, deployment.narrator, "app")
    return True


async def deploy_observe(deployment: Deployment) -> End:
    """Deploy the stack, and let logs expire that AWS has created since without an end."""
    brought = await _bring(deployment, blueprint("observe"))
    databases = await deployment.stacks.resource_ids("data", protection.DATABASE)
    days = deployment.site.size.log_retention_days
    stacks, site = deployment.stacks, deployment.site

    async def resource_ids(stack_id: str, type_: str) -> list[str]:
        known = await stacks.find(stack_id)
        return await stacks.resource_ids(stack_id, type_) if known else []

    others = await log_groups.prefixes(resource_ids, site.name, site.region)
    changed = await log_retention.ensure(deployment.door, databases, days, others)
    end = _end(brought, also=bool(changed))
    with tolerate(Kind.DENIED):
        if endless := await log_retention.endless(deployment.door, databases, others):
            return replace(end, warnings=(*end.warnings, _kept_for_ever(endless)))
    return end


def _kept_for_ever(groups: list[str]) -> Plain:
    return Plain(
        what=f"These logs have no end: {', '.join(groups)}.",
        why="AWS created them, and these credentials may not give them one.",
        next="Print the deploy policy again, or run aws logs put-retention-policy for each.",
    )


async def deploy_edge(deployment: Deployment) -> End:
    """Deploy the stack, then delete the certificates that CloudFront no longer uses."""
    brought = await _bring(deployment, blueprint("edge"))
    deleted = await domain_move.delete_replaced_certificates(deployment)
    return _end(brought, also=bool(deleted))


async def _still_serves(deployment: Deployment, error: StepError) -> StepError:
    """Return the error of an update of the tasks, with what viewers have of it where that is known.

    ECS keeps the tasks before until the new ones are healthy, and the page comes after them.
    """
    with contextlib.suppress(AwsError):  # it would hide the error that is explained
        stack = await deployment.stacks.find("app")
        if error.exit_code is Exit.FAILED and stack and stack.status == _UNDONE:
            more = (
                "The site serves the tasks and the page of before. To take back the rest of the "
                f"update, too: solarrally rollback {deployment.site.name}."
            )
            plain = replace(error.plain, next=f"{error.plain.next} {more}")
            return StepError(plain, error.exit_code, stuck=error.stuck)
    return error


def _end(brought: Brought, *, also: bool = False) -> End:
    """Return the end of a step. also: whether it changed more than its stack."""
    stack = brought.stack
    return End(brought.changed or also, stack.status, stack, brought.warnings)


async def _bring(deployment: Deployment, item: Blueprint, step: str = "") -> Brought:
    """Create, update or leave a stack. step: where that is not the stack's own."""
    step = step or item.id
    site, stacks = deployment.site, deployment.stacks
    name, region = stacks.name(item.id), stacks.region(item.id)
    try:
        values = (
            edge_alone(site, deployment.facts, deployment.outputs)
            if step == DISTRIBUTION
            else parameters(item.id, site, deployment.facts, deployment.outputs)
        )
    except MissingValueError as error:
        if error.output is not None:
            stack, output = error.output
            raise MissingOutputError(stacks.name(stack), output) from error
        raise StepError(not_accepted(name, str(error))) from error
    wanted = Wanted(
        site.name,
        name,
        region,
        item.template(),
        values,
        "" if item.id in WITHOUT_ROLE else deployment.service_role,
        may_lose=deployment.may_lose,
        leave=of_stack(deployment.leave, item.id),
    )

    domain = str(values.get("DomainName", ""))

    async def waits_for_old_domain(stack: Stack) -> bool:
        renamed = stack.parameters.get("DomainName", "") != domain
        return renamed and await waits(stacks.door, site.name, stack, region)

    keeper = EvidenceKeeper(stacks.door, site.name, item.id, deployment.look)

    def heard(event: Mapping[str, Any]) -> None:
        keeper.heard(event)
        rollout.heard(event)
        if event["ResourceType"] == _ASKED_FOR.get(step) and _is_accepted(event):
            deployment.accepted(step)

    async def idle(watch: Watch) -> None:
        await wait.idle(watch)
        await rollout.idle(watch)

    wait = CertificateWait(deployment, step, domain)
    rollout = RolloutWatch(deployment.door, deployment.narrator, step)
    stack_step = StackStep(
        stacks.door, deployment.narrator, step, wanted, idle, waits_for_old_domain, heard
    )
    try:
        return await stack_step.bring()
    except StepError as error:
        kept = await keeper.kept()
        await rollout.last_look()
        explained = _with_diagnosis(error, site.name, keeper.seen) if kept else error
        raise wait.explain(explained) from error
    finally:
        keeper.leave()
        rollout.leave()


def _with_diagnosis(error: StepError, site: str, seen: Sequence[Item]) -> StepError:
    """Return the error with what was seen before the rollback, and the command that shows all."""
    more = f"solarrally diagnose {site} shows what was seen before the rollback."
    words = [" ".join(str(item.get("words", "")).split())[-_SEEN_LENGTH:] for item in seen[:_SEEN]]
    told = "".join(f"\nSeen before the rollback: {line}" for line in dict.fromkeys(words) if line)
    plain = replace(
        error.plain, next=f"{error.plain.next} {more}".strip(), detail=f"{error.plain.detail}{told}"
    )
    return StepError(plain, error.exit_code, stuck=error.stuck)


def _is_accepted(event: Mapping[str, Any]) -> bool:
    """Whether a resource exists by this event: AWS has given it an id, as it does at the start."""
    status = event["ResourceStatus"]
    created = status.startswith(("CREATE_", "UPDATE_")) and not status.endswith("_FAILED")
    return created and bool(event.get("PhysicalResourceId"))
