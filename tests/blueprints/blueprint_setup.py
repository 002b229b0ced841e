"""What the tests of the blueprints share: example sites with options, and every stack resolved."""

from pathlib import Path
from typing import Any

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.site.files import load
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.parameters import parameters
from solarrally_tui.stacks.resolver import resolve
from solarrally_tui.stacks.template import read

EXAMPLES = Path(__file__).parents[2] / "examples"
DIGEST = "a1" * 32
FACTS = {
    "AccountId": "123456789012",
    "AppImage": f"123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:{DIGEST}",
    "AppRepositoryArn": "arn:aws:ecr:us-east-1:123456789012:repository/app",
    "AvailabilityZones": "us-east-1a,us-east-1b,us-east-1c",
    "BrokerImage": f"123456789012.dkr.ecr.us-east-1.amazonaws.com/broker@sha256:{DIGEST}",
    "BudgetAmount": "90",
    "BuildSourceKey": "builds/abc.zip",
    "CloudFrontPrefixListId": "pl-3b927c52",
    "EngineVersion": "17.6",
    "HostedZoneId": "Z0123456789ABC",
    "IotEndpoint": "abc-ats.iot.us-east-1.amazonaws.com",
    "IotPort": "8883",
    "OidcProviderArn": "arn:aws:iam::123456789012:oidc-provider/token",
}
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
}


def example(tier: str, choice: dict[str, Any]) -> Site:
    answers = load(EXAMPLES / f"{tier}.toml").model_dump(by_alias=True)
    for section, values in choice.items():
        answers[section] = {**answers[section], **values}
    return Site.model_validate(answers)


def deployed(site: Site) -> dict[str, dict[str, Any]]:
    """Resolve every stack in order, feeding each one the outputs of those that it needs."""
    outputs: dict[str, dict[str, str]] = {}
    resolved = {}
    for item in CATALOGUE:
        within_reach = {name: outputs[name] for name in item.needs}
        given = parameters(item.id, site, FACTS, within_reach)
        resolved[item.id] = resolve(read(item.template()), given, PSEUDO)
        outputs[item.id] = {name: f"{item.id}.{name}" for name in resolved[item.id]["Outputs"]}
    return resolved
