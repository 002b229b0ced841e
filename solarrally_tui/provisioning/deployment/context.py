"""What the steps of one deployment share."""

from dataclasses import dataclass, field

from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.engine.narrator import Voice
from solarrally_tui.site.model import Site


@dataclass(slots=True)
class Run:
    """One deployment of one site. The door is in the site's Region."""

    site: Site
    door: Door
    voice: Voice
    facts: dict[str, str] = field(default_factory=dict)
    """Looked up in the account; names as in solarrally_tui.stacks.parameters."""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    """Outputs of each stack that is as wanted."""
    changed: set[str] = field(default_factory=set)
    """Steps that have changed the account in this run."""
    service_role: str = ""
    """ARN of the role that CloudFormation works with; empty for the operator's own session."""
    may_lose: bool = False
    """Whether the person has agreed to lose what replaced and removed resources hold."""
    bridge_off: str = ""
    """Why no telemetry can arrive, where somebody decided that; empty otherwise."""
