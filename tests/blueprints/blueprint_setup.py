"""What the tests of the blueprints share: example sites with options, and every stack resolved."""

import copy
from pathlib import Path
from typing import Any

from solarrally_tui.blueprints import of_shape
from solarrally_tui.site.files import load
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.facts import Facts
from solarrally_tui.stacks.parameters import parameters
from solarrally_tui.stacks.resolver import resolve
from solarrally_tui.stacks.template import read
from tests.stacks.facts_setup import FACTS

EXAMPLES = Path(__file__).parents[2] / "examples"
PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/x/0a1b2c3d-0000-0000",
    "AWS::StackName": "solarrally-small-x",
    "AWS::URLSuffix": "amazonaws.com",
}
PUBLIC = {"name": "charging.example.com", "origin": "public-alb"}
OPTIONS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "with a domain": {"domain": {"name": "charging.example.com"}},
    "public load balancer": {"domain": PUBLIC},
    "no firewall, no trail": {"size": {"waf": "off"}, "governance": {"trail": False}},
    "deployed from GitHub": {"governance": {"github_repository": "owner/name"}},
    "one NAT gateway on Intel": {"size": {"egress": "nat-single", "architecture": "x86_64"}},
    "own budget": {"alerts": {"email": "ops@example.com", "monthly_budget_usd": 40}},
    # No part of option_sets.py: one site goes through those, and a shape does not change.
    "functions": {"size": {"shape": "functions"}},
    "functions on Intel, with a domain and every endpoint": {
        "size": {"shape": "functions", "architecture": "x86_64", "interface_endpoints": True},
        "domain": {"name": "charging.example.com"},
        "governance": {"permissions_boundary_arn": "arn:aws:iam::123456789012:policy/boundary"},
    },
}


def example(tier: str, choice: dict[str, Any]) -> Site:
    answers = load(EXAMPLES / f"{tier}.toml").model_dump(by_alias=True)
    for section, values in choice.items():
        answers[section] = {**answers[section], **values}
    return Site.model_validate(answers)


def deployed(site: Site, facts: Facts = FACTS) -> dict[str, dict[str, Any]]:
    """Resolve every stack in order, feeding each one the outputs of those that it needs."""
    outputs: dict[str, dict[str, str]] = {}
    resolved = {}
    for item in of_shape(site.size.shape):
        within_reach = {name: outputs[name] for name in item.needs}
        given = parameters(item.id, site, facts, within_reach)
        resolved[item.id] = resolve(read(item.template()), given, PSEUDO)
        outputs[item.id] = {name: f"{item.id}.{name}" for name in resolved[item.id]["Outputs"]}
    return resolved


def hub_init(definition: str) -> dict[str, Any]:
    """Return the init container of a task definition of a site with a hub."""
    site = example("medium", {"size": {"hub": True}})
    task = deployed(site)["app"]["Resources"][definition]["Properties"]
    return copy.deepcopy(next(c for c in task["ContainerDefinitions"] if c["Name"] == "init"))
