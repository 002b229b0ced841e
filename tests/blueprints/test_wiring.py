"""What one stack puts out is what another one takes in."""

from typing import Any

import pytest

from solarrally_tui.blueprints import Blueprint, blueprint, of_shape
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Shape
from solarrally_tui.stacks.parameters import MissingValueError, parameters
from solarrally_tui.stacks.template import read
from tests.blueprints.blueprint_setup import OPTIONS, deployed, example
from tests.stacks.facts_setup import FACTS


@pytest.mark.parametrize("choice", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("tier", ["small", "medium", "large"])
def test_every_stack_gets_what_it_needs_from_the_stacks_that_it_names(
    tier: str, choice: dict[str, Any]
) -> None:
    chosen = example(tier, choice)
    resolved = deployed(chosen)
    assert list(resolved) == [item.id for item in of_shape(chosen.size.shape)]
    assert all(stack["Resources"] for stack in resolved.values())


# The images of the app come out of the builds, and reach it as facts.
NEEDED_FOR_FACTS = {("app", "build"), ("functions", "build")}
FULL = {
    Shape.TASKS: OPTIONS["public load balancer"],
    Shape.FUNCTIONS: OPTIONS["functions on Intel, with a domain and every endpoint"],
}
EVERY = [(shape, item) for shape in Shape for item in of_shape(shape)]


@pytest.mark.parametrize(("shape", "item"), EVERY, ids=[f"{s}-{i.id}" for s, i in EVERY])
def test_no_stack_names_a_need_that_it_does_not_have(shape: Shape, item: Blueprint) -> None:
    site = example("small", FULL[shape] | {"alerts": {"billing_alarm": True}})
    known = {stack: _outputs(stack) for stack in item.needs}
    full = parameters(item.id, site, FACTS, known)
    for needed in item.needs:
        rest = {stack: values for stack, values in known.items() if stack != needed}
        assert _missed(item.id, site, rest, full) or (item.id, needed) in NEEDED_FOR_FACTS


def _missed(stack: str, site: Site, known: dict[str, dict[str, str]], full: dict[str, str]) -> bool:
    try:
        return parameters(stack, site, FACTS, known) != full
    except MissingValueError:
        return True


def _outputs(stack: str) -> dict[str, str]:
    return dict.fromkeys(read(blueprint(stack).template())["Outputs"], "value")


def test_what_the_choices_change() -> None:
    plain = deployed(example("small", {}))
    public = deployed(example("small", OPTIONS["public load balancer"]))
    assert plain["balancer"]["Outputs"]["OriginProtocol"]["Value"] == "http-only"
    assert public["balancer"]["Outputs"]["OriginProtocol"]["Value"] == "https-only"
    assert "HttpVpcOrigin" in plain["edge"]["Resources"]
    assert not [name for name in public["edge"]["Resources"] if name.endswith("VpcOrigin")]
    assert "OriginSecretArn" not in plain["balancer"]["Outputs"]
    assert "CertificateArn" not in plain["global"]["Outputs"]


def test_a_small_site_pays_for_no_nat_gateway_and_a_large_one_for_two() -> None:
    def gateways(tier: str) -> int:
        resources = deployed(example(tier, {}))["network"]["Resources"].values()
        return sum(resource["Type"] == "AWS::EC2::NatGateway" for resource in resources)

    assert (gateways("small"), gateways("large")) == (0, 2)


def test_the_public_load_balancer_answers_only_to_the_secret_header() -> None:
    site = example("small", OPTIONS["public load balancer"])
    resources = deployed(site)["balancer"]["Resources"]
    assert "SecureOriginRule" not in resources
    assert resources["OriginRule"]["Properties"]["ListenerArn"] == {"Ref": "SecureListener"}
    rule = resources["OriginRule"]["Properties"]["Conditions"]
    assert [condition["Field"] for condition in rule] == ["http-header"]
    assert not {"Listener", "SecureWaySecurityGroup"} & set(resources)
    listener = resources["SecureListener"]["Properties"]
    assert listener["Protocol"] == "HTTPS"
    assert [action["Type"] for action in listener["DefaultActions"]] == ["fixed-response"]


def test_dns_elsewhere_makes_certificates_to_prove_by_hand_and_no_records() -> None:
    for origin in ("vpc-origin", "public-alb"):
        domain = {"name": "charging.example.com", "dns": "external", "origin": origin}
        made = deployed(example("small", {"domain": domain}))
        for stack in ("global", "balancer"):
            certificate = made[stack]["Resources"]["Certificate"]["Properties"]
            assert certificate["ValidationMethod"] == "DNS"
            assert "DomainValidationOptions" not in certificate
        types = {each["Type"] for stack in made.values() for each in stack["Resources"].values()}
        assert "AWS::Route53::RecordSet" not in types
        aliases = made["edge"]["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
        assert aliases["Aliases"] == ["charging.example.com"]


def test_an_internal_load_balancer_keeps_the_way_that_needs_no_name() -> None:
    ports = []
    for options in ({}, {"domain": {"name": "charging.example.com"}}):
        resources = deployed(example("small", options))["balancer"]["Resources"]
        found = [resources.get(name) for name in ("Listener", "SecureListener")]
        ports.append([each["Properties"]["Port"] for each in found if each])
        for name in ("LoadBalancerSecurityGroup", "SecureWaySecurityGroup"):
            if name in resources:  # the prefix list counts as 55 rules of 60
                assert len(resources[name]["Properties"]["SecurityGroupIngress"]) == 1
    assert ports == [[80], [80, 443]]


def test_the_service_never_gets_a_desired_count() -> None:
    service = deployed(example("large", {}))["app"]["Resources"]["Service"]["Properties"]
    assert "DesiredCount" not in service
    assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"]["Rollback"] is True


def test_the_execution_role_reads_four_secrets_and_two_repositories() -> None:
    role = deployed(example("small", {}))["app"]["Resources"]["ExecutionRole"]["Properties"]
    document = role["Policies"][0]["PolicyDocument"]["Statement"]
    allowed = {statement["Sid"]: statement["Resource"] for statement in document}
    assert allowed["PullTheImages"] == [
        f"arn:aws:ecr:us-east-1:123456789012:repository/{name}" for name in ("app", "broker")
    ]
    assert allowed["ReadTheSecrets"] == [
        "data.DbSecretArn",
        "iot.BridgeSecretArn",
        {"Ref": "JwtSecret"},
        {"Ref": "AdminSecret"},
    ]
