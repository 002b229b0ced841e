"""What the steps of one teardown share."""

from dataclasses import dataclass

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.engine.context import Context
from solarrally_tui.provisioning.engine.outcome import of_stack
from solarrally_tui.provisioning.teardown import step_graph

Held = frozenset[tuple[str, str]]
"""Type and physical id of resources that stacks held."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What CloudFormation has deleted for certain, by its events."""

    ids: frozenset[str]
    """Physical ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teardown(Context):
    """One teardown of one site. What a step learnt is known once that step is done."""

    stacks: SiteStacks
    delete_data: bool
    leave: frozenset[str] = frozenset()
    """Resources, as STACK/RESOURCE, that stay where AWS cannot delete them."""

    @property
    def site(self) -> str:
        """The site's name."""
        return self.stacks.site

    @property
    def door(self) -> Door:
        """The door in the site's Region."""
        return self.stacks.door

    def left_of(self, stack_id: str) -> frozenset[str]:
        """Return the logical ids of what stays of a stack where AWS cannot delete it."""
        return of_stack(self.leave, stack_id)

    @property
    def uses_role(self) -> bool:
        """Whether a stack was created with the site's service role."""
        return self.ends.learnt(step_graph.ROLE_READY, bool)

    @property
    def deleted(self) -> frozenset[str]:
        """Physical ids of what CloudFormation has deleted, in this run and before it."""
        return self.ends.learnt(step_graph.LEFTOVERS, Deleted).ids

    @property
    def held(self) -> Held:
        """Everything that the stacks deleted so far held."""
        ends = self.ends.done.values()
        learnt = (end.learnt for end in ends)
        return frozenset(one for held in learnt if isinstance(held, frozenset) for one in held)
