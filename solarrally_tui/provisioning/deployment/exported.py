"""What an export needs to know of a deployed site. Reads only."""

import asyncio

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.terraform.folder import Deployed
from solarrally_tui.terraform.imports import DeployedStack


async def look(site: DeployedSite) -> Deployed:
    """Return the stacks of a site with their parameters and resources. Raises AwsError."""
    identity = await site.door.identity()
    there = {name: stack for name, stack in (await site.stacks.all()).items() if stack}
    listed = await asyncio.gather(*(site.stacks.resources(name) for name in there))
    regions = {item.id: item.region_for(site.region) for item in CATALOGUE}
    stacks = {
        name: DeployedStack(
            name,
            stack.parameters,
            {r.logical_id: r.physical_id for r in resources if not r.is_deleted},
            {
                "AWS::AccountId": identity.account,
                "AWS::Partition": identity.partition,
                "AWS::Region": regions[name],
                "AWS::StackId": stack.id,
                "AWS::StackName": site.stacks.name(name),
            },
        )
        for (name, stack), resources in zip(there.items(), listed, strict=True)
    }
    ids = {name: stack.id for name, stack in there.items()}
    return Deployed(stacks, ids, await _task_definition(site))


async def _task_definition(site: DeployedSite) -> dict[str, object]:
    arn = (await site.stacks.outputs("app")).get("TaskDefinitionArn")
    if not arn:
        return {}
    described = await site.door.find("ecs", "describe_task_definition", taskDefinition=arn)
    return dict(described["taskDefinition"]) if described else {}
