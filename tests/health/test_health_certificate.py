"""The certificate of a site with its own domain, as ACM tells it."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.blueprints import blueprint
from solarrally_tui.deployed.record import Record
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import check_site
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.names import SITE_TAG
from solarrally_tui.stacks.parameters import parameters
from tests.health.health_setup import BreakableSite
from tests.stacks.facts_setup import FACTS

DOMAIN = "charging.example.com"


@pytest.fixture
def domain_site(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[BreakableSite]:
    """A site of which only the stack with the certificate is there."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    plain = BreakableSite(account, Record(_site("Z1"), "us-east-1", "123456789012"), {})
    zone = plain.aws("route53").create_hosted_zone(
        Name="example.com", CallerReference=uuid.uuid4().hex
    )["HostedZone"]["Id"]
    site = _site(zone.rpartition("/")[2])
    values = parameters("global", site, FACTS, {})
    client = plain.aws("cloudformation")
    client.create_stack(
        StackName=plain.stack("global"),
        TemplateBody=blueprint("global").template(),
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in values.items()],
        Tags=[{"Key": SITE_TAG, "Value": site.name}],
    )
    outputs = _outputs(client, plain.stack("global"))
    yield BreakableSite(account, Record(site, "us-east-1", "123456789012"), {"global": outputs})
    client.delete_stack(StackName=plain.stack("global"))


def _site(zone: str) -> Any:
    answers = {"name": "own-domain", "region": "us-east-1", "tier": "small"}
    domain = {"name": DOMAIN, "hosted_zone_id": zone}
    return from_answers(answers | {"alerts": {"email": "a@example.com"}, "domain": domain})


def _outputs(client: Any, name: str) -> dict[str, str]:
    for _ in range(600):
        (told,) = client.describe_stacks(StackName=name)["Stacks"]
        if told["StackStatus"] == "CREATE_COMPLETE":
            return {each["OutputKey"]: each["OutputValue"] for each in told["Outputs"]}
        time.sleep(0.1)
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    raise AssertionError([each.get("ResourceStatusReason") for each in events])


async def states(site: BreakableSite) -> dict[str, Severity]:
    async with await Door.open("us-east-1", read_only=True) as door:
        found = await check_site(DeployedSite.of(site.record, door))
    return {check.id: check.severity for check in found.checks}


async def test_a_deleted_certificate_turns_exactly_its_check(domain_site: BreakableSite) -> None:
    before = await states(domain_site)
    assert before["certificate"] is Severity.OK
    arn = domain_site.outputs["global"]["CertificateArn"]
    domain_site.aws("acm").delete_certificate(CertificateArn=arn)
    after = await states(domain_site)
    assert after == before | {"certificate": Severity.FAIL}
