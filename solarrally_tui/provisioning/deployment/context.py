"""What the steps of one deployment share."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.releases import Release
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.change.evidence import Look
from solarrally_tui.provisioning.deployment import step_graph
from solarrally_tui.provisioning.engine.context import Context
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.facts import Facts, Images


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment(Context):
    """One deployment of one site. What a step learnt is known once that step is done."""

    site: Site
    stacks: SiteStacks
    preflight: bool = True
    """Whether the account is checked for what would stop the deployment."""
    may_lose: bool = False
    """Whether the operator has agreed to lose what replaced and removed resources hold."""
    leave: frozenset[str] = frozenset()
    """Resources, as STACK/RESOURCE, that stay as they are where AWS cannot roll them back."""
    look: Look | None = None
    """Looks at a stack that fails, so that the evidence is kept. Without waiting for AWS as long
    as a run does: a rollback does not wait."""
    release: Release | None = None
    """The release that a rollback returns to. Nothing of it is built."""
    asked: dict[str, str] = field(default_factory=dict)
    """What the operator was asked for, and by which step: two steps may wait for one DNS record."""

    def title(self, step: str) -> str:
        """Return what people read for a step."""
        return step_graph.TITLES[step]

    @property
    def door(self) -> Door:
        """The door in the site's Region."""
        return self.stacks.door

    @property
    def images(self) -> Images:
        """The images of a task, once they are built or given."""
        return self.ends.learnt(step_graph.IMAGE, Images)

    @property
    def facts(self) -> Facts:
        """What the account step looked up, with what the steps since then added to it."""
        # Only stacks that the graph puts after those steps read what they add.
        facts, done = self.ends.learnt(step_graph.ACCOUNT, Facts), self.ends.done
        if step_graph.IMAGE in done:
            facts = replace(facts, images=self.images)
        return facts

    @property
    def service_role(self) -> str:
        """ARN of the role that CloudFormation works with; empty for the operator's own session."""
        return self.ends.learnt(step_graph.SERVICE_ROLE, str)

    @property
    def bridge_off(self) -> str:
        """Why no telemetry can arrive, where an operator decided that; empty otherwise."""
        has_bridge = step_graph.BRIDGE in self.ends.done
        return self.ends.learnt(step_graph.BRIDGE, str) if has_bridge else ""

    @property
    def outputs(self) -> Mapping[str, Mapping[str, str]]:
        """Outputs of each stack that is as wanted."""
        done = self.ends.done.items()
        return {step: end.learnt.outputs for step, end in done if isinstance(end.learnt, Stack)}

    def changed(self, step: str) -> bool:
        """Whether a step has changed the account in this deployment, where it has the step."""
        return step in self.ends.done and self.ends.done[step].changed
