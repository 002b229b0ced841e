"""Lets go of what an earlier stack is about to delete: CloudFront of a certificate, tasks of NAT.

CloudFormation deletes at the end of an update what its template has no more. A later stack that
still uses it is out of order then, or AWS refuses, and what it refused belongs to no stack any
more. So the later stack is updated first, with the template and all other parameters that it has.
"""

from collections.abc import Mapping

from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.stack_step import StackStep
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.domain import domain_move
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.site.tiers import Egress, WafMode


async def from_global(deployment: Deployment) -> bool:
    """Move CloudFront off a certificate or a firewall that goes; return whether it had to move.

    Raises StepError and AwsError, as from_network does.
    """
    edge = await deployment.stacks.find("edge")
    if edge is None or not edge.is_created:
        return False
    change = domain_move.parameters_to_change(edge.parameters, deployment.site.domain.name)
    why = domain_move.WHY if change else "Taking CloudFront off the firewall, so that it can go."
    if deployment.site.size.waf is WafMode.OFF and edge.parameters.get("WebAclArn"):
        change = change | {"WebAclArn": ""}
    return await _update(deployment, "global", edge, change, why)


async def from_network(deployment: Deployment) -> bool:
    """Move tasks into public subnets before NAT goes; return whether they had to move.

    In private subnets without NAT they would lose AWS IoT, and no new one could start.
    """
    app, network = [await deployment.stacks.find(stack_id) for stack_id in ("app", "network")]
    if deployment.site.size.egress is not Egress.PUBLIC_TASKS or not (app and network):
        return False
    if not app.is_created or not network.is_created:
        return False
    wanted = {"TaskSubnetIds": network.outputs["PublicSubnetIds"], "AssignPublicIp": "ENABLED"}
    change = {name: value for name, value in wanted.items() if app.parameters[name] != value}
    why = "Moving the tasks first, so that they keep their outbound access."
    return await _update(deployment, "network", app, change, why)


async def _update(
    deployment: Deployment, step: str, stack: Stack, change: Mapping[str, str], why: str
) -> bool:
    if not change:
        return False
    deployment.narrator.step(step, State.RUNNING, why)
    door = deployment.door
    region = stack.id.split(":")[3]
    response = await door.call("cloudformation", "get_template", region, StackName=stack.name)
    wanted = Wanted(
        deployment.site.name,
        stack.name,
        region,
        response["TemplateBody"],
        stack.parameters | dict(change),
        deployment.service_role,
    )
    return (await StackStep(door, deployment.narrator, step, wanted).bring()).changed
