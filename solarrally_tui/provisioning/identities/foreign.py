"""Refuses a site whose names are taken by what is not its own, before anything is changed."""

import asyncio

from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.deployed.ownership import owner, refuse_foreign
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.identities.service_role import ServiceRole


async def refuse_foreign_names(stacks: SiteStacks) -> dict[str, Stack | None]:
    """Return every stack of a site, once nothing has a name of it that is not its own.

    Raises ForeignResourceError with the name of what is in the way, and AwsError.
    """
    every_stack = await stacks.all()
    await asyncio.gather(
        *(
            refuse_foreign_shell(stacks, id_, stack)
            for id_, stack in every_stack.items()
            if stack and stack.is_shell
        ),
        _refuse_foreign_role(stacks),
    )
    return every_stack


async def refuse_foreign_shell(stacks: SiteStacks, stack_id: str, shell: Stack) -> None:
    """Judge a stack that was never created by its change sets, where it has no tags itself.

    One without change sets holds nothing and waits for nobody. Raises ForeignResourceError and
    AwsError.
    """
    if shell.site:
        return  # SiteStacks has judged it by its tag.
    door, region = stacks.door, stacks.region(stack_id)
    summaries = await door.pages(
        "cloudformation", "list_change_sets", "Summaries", region, StackName=shell.name
    )
    for summary in summaries:
        described = await door.find(
            "cloudformation", "describe_change_set", region, ChangeSetName=summary["ChangeSetId"]
        )
        if described:
            refuse_foreign(shell.title(region), stacks.site, owner(described.get("Tags")))


async def _refuse_foreign_role(stacks: SiteStacks) -> None:
    service = await ServiceRole.of(stacks.door, stacks.site)
    # Whoever may not read roles finds out at the step that needs this one.
    with tolerate(Kind.DENIED):
        await service.role.refuse_foreign(stacks.site)
