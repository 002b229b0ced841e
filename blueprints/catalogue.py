"""Which stacks a site consists of, what each one needs, and where it is deployed.

Pure data. `needs` is the exact graph, so that independent stacks can be deployed at the same time.
`CATALOGUE` has every stack that a site may have, and its order is a valid order of deployment but
for `functions`; `of_shape` has those of one site.
"""

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final, Literal

Region = Literal["home", "us-east-1"]
Shape = Literal["tasks", "functions"]
"""What runs the application: size.shape of a site."""


@dataclass(frozen=True)
class Blueprint:
    """One stack of a site.

    `region` is "home" (the region of the site) or "us-east-1", where CloudFront looks for its
    certificate and its web ACL, and where budgets are available.
    """

    id: str
    title: str
    purpose: str
    """What it is for, in words of the business."""
    needs: tuple[str, ...]
    region: Region = "home"
    shape: Shape | None = None
    """The only shape that has it; None where every site does."""

    def region_for(self, home: str) -> str:
        """Return the Region of this stack for a site whose own Region is home."""
        return home if self.region == "home" else self.region

    def template(self) -> str:
        """Return the text of the template, as CloudFormation takes it."""
        folder = files("solarrally_tui.blueprints") / self.id
        return (folder / "template.yaml").read_text(encoding="utf-8")


CATALOGUE: Final[tuple[Blueprint, ...]] = (
    Blueprint("bootstrap", "Foundations", "Storage, encryption, alerts by e-mail", ()),
    Blueprint(
        "global",
        "Certificate and firewall",
        "HTTPS and protection of the address",
        (),
        region="us-east-1",
    ),
    Blueprint("network", "Network", "A network of its own in your account", ("bootstrap",)),
    Blueprint(
        "balancer",
        "Load balancer",
        "Passes web requests to the application",
        ("bootstrap", "network"),
        shape="tasks",
    ),
    Blueprint(
        "iot", "Charger identities", "Lets your chargers in, and nobody else", ("bootstrap",)
    ),
    Blueprint(
        "build", "Images and web files", "Builds the application in your account", ("bootstrap",)
    ),
    Blueprint(
        "budget", "Budget", "Warns before a month costs more", ("bootstrap",), region="us-east-1"
    ),
    Blueprint("trail", "Audit trail", "Records who changed what", ("bootstrap",)),
    Blueprint("governance", "Roles and backups", "Access for support, and backups", ("bootstrap",)),
    Blueprint(
        "edge",
        "Web address",
        "The address that people open",
        ("bootstrap", "global", "build", "balancer", "functions"),
    ),
    Blueprint(
        "data", "Database", "Keeps users, but no past charging sessions", ("bootstrap", "network")
    ),
    Blueprint(
        "app",
        "Application",
        "SolarRally: takes messages, shows them",
        ("bootstrap", "network", "balancer", "data", "iot", "build"),
    ),
    Blueprint(
        "functions",
        "Functions",
        "Answers requests, takes messages, feeds the live view",
        ("bootstrap", "network", "data", "iot", "build", "app"),
        shape="functions",
    ),
    Blueprint(
        "observe",
        "Alarms and dashboard",
        "Watches the site and raises alarms",
        ("bootstrap", "balancer", "data", "app", "functions", "edge"),
    ),
)


@cache
def of_shape(shape: str) -> tuple[Blueprint, ...]:
    """Return the stacks of a site with this shape, each after those that it needs."""
    own = [item for item in CATALOGUE if item.shape in {None, shape}]
    ids = {item.id for item in own}
    left = [replace(item, needs=tuple(n for n in item.needs if n in ids)) for item in own]
    ordered: list[Blueprint] = []
    while left:
        done = {item.id for item in ordered}
        ordered.append(next(item for item in left if done.issuperset(item.needs)))
        left.remove(ordered[-1])
    return tuple(ordered)


def blueprint(stack: str) -> Blueprint:
    """Return the blueprint with this id; raises KeyError when there is none."""
    for candidate in CATALOGUE:
        if candidate.id == stack:
            return candidate
    raise KeyError(stack)
