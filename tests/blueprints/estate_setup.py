"""Deploys the blueprints on the embedded account with plain boto3, as by hand in the console.

CloudFormation works with the site's service role, or with the printed deploy policy where that role
is not used, so that each is judged with every option set. The account's owner does the rest.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from solarrally_tui.blueprints import blueprint
from solarrally_tui.policy.service_role import WITHOUT_ROLE
from solarrally_tui.provisioning.identities.service_role import ServiceRole
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import stack_name
from solarrally_tui.stacks.facts import Facts, Images, Volume
from solarrally_tui.stacks.parameters import parameters
from solarrally_tui.stacks.template import short
from tests import clients
from tests.policy.operators import operator
from tests.provisioning.engine_setup import opened
from tests.stacks.facts_setup import FACTS

PEM_KEYS = ("certificatePem", "privateKey", "rootCaPem")


@dataclass
class Estate:
    """One site on the embedded account."""

    account: Account
    site: Site
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    facts: Facts = FACTS
    _role: tuple[str, str, str] = ("", "", "")
    """The service role, and the boundary and the zone that it was made for."""

    def client(self, service: str, region: str = "") -> Any:
        """A client of the account's owner."""
        return clients.client(clients.owner(self.account), service, region or self.site.region)

    def stacks_of(self, stack: str) -> Any:
        """An operator's client of CloudFormation, in the Region of a stack."""
        region = self.site.region if blueprint(stack).region == "home" else "us-east-1"
        return clients.client(operator(self.account), "cloudformation", region)

    def with_role(self, stack: str) -> dict[str, str]:
        """The role that CloudFormation works with, as a parameter of its calls."""
        if stack in WITHOUT_ROLE:
            return {}
        boundary = self.site.governance.permissions_boundary_arn
        if self._role[1:] != (boundary, self.facts.hosted_zone_id):
            arn = asyncio.run(self._ensure_role(boundary))
            self._role = (arn, boundary, self.facts.hosted_zone_id)
        return {"RoleARN": self._role[0]}

    async def _ensure_role(self, boundary: str) -> str:
        zones = filter(None, [self.facts.hosted_zone_id])
        async with opened(operator(self.account), self.site.region) as door:
            role = await ServiceRole.of(door, self.site.name)
            await role.ensure(boundary, zones)
        return role.arn

    def deploy(self, stacks: Iterable[str]) -> None:
        """Create stacks in this order; fails with the reasons that CloudFormation gives."""
        self._look_up()
        for stack in stacks:
            if stack == "app":
                self._push_images()
                self._fill_bridge_secret()
            self.bring(stack, "CREATE")

    def delete(self, stacks: Iterable[str]) -> None:
        """Delete stacks in this order and see them gone: nothing that is left may stop them."""
        for stack in stacks:
            cloudformation, name = self.stacks_of(stack), stack_name(self.site.name, stack)
            identifier = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
            cloudformation.delete_stack(StackName=name)
            status = settled(cloudformation, identifier)["StackStatus"]
            assert status == "DELETE_COMPLETE", reasons_of(cloudformation, identifier)

    def bring(self, stack: str, kind: str = "UPDATE") -> list[dict[str, Any]]:
        """Bring a stack to what the answers say, by a change set; returns the resource changes."""
        cloudformation = self.stacks_of(stack)
        where = {
            "StackName": stack_name(self.site.name, stack),
            "ChangeSetName": f"change-{uuid.uuid4().hex}",
        }
        given = parameters(stack, self.site, self.facts, self.outputs)
        cloudformation.create_change_set(
            **where,
            ChangeSetType=kind,
            TemplateBody=short(blueprint(stack).template()),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
            Capabilities=["CAPABILITY_IAM"],
            **self.with_role(stack),
            Tags=[{"Key": "solarrally:site", "Value": self.site.name}],
        )
        told = _made(cloudformation, where)
        if told["Status"] == "FAILED":
            reason = told["StatusReason"]
            events = cloudformation.describe_events(**where)["OperationEvents"]
            why = [each.get("ValidationStatusReason") for each in events]
            assert "contain changes" in reason or "No updates" in reason, (stack, reason, why)
            cloudformation.delete_change_set(**where)
            return []
        cloudformation.execute_change_set(**where)
        made = settled(cloudformation, where["StackName"])
        as_wanted = made["StackStatus"] == f"{kind}_COMPLETE"
        assert as_wanted, (stack, reasons_of(cloudformation, where["StackName"]))
        self.outputs[stack] = {o["OutputKey"]: o["OutputValue"] for o in made.get("Outputs", [])}
        return [each["ResourceChange"] for each in told["Changes"]]

    def _look_up(self) -> None:
        endpoint = self.client("iot").describe_endpoint(endpointType="iot:Data-ATS")
        host, _, port = endpoint["endpointAddress"].partition(":")
        region = self.site.region
        zones = (f"{region}a", f"{region}b", f"{region}c")
        size = self.site.size
        self.facts = replace(
            self.facts,
            availability_zones=zones,
            iot_host=host,
            iot_port=port,
            volume=Volume(size.database_storage_gib, size.database_max_storage_gib),
        )

    def _push_images(self) -> None:
        digests = []
        for image in ("App", "Broker"):
            put = self.client("ecr").put_image(
                repositoryName=self.outputs["build"][f"{image}RepositoryName"],
                imageManifest=json.dumps({"schemaVersion": 2, "name": image}),
                imageTag="by-hand",
            )
            uri = self.outputs["build"][f"{image}RepositoryUri"]
            digests.append(f"{uri}@{put['image']['imageId']['imageDigest']}")
        name = self.outputs["build"]["AppRepositoryName"]
        (found,) = self.client("ecr").describe_repositories(repositoryNames=[name])["repositories"]
        self.facts = replace(self.facts, images=Images(*digests, found["repositoryArn"]))

    def _fill_bridge_secret(self) -> None:
        iot, outputs = self.client("iot"), self.outputs["iot"]
        made = iot.create_keys_and_certificate(setAsActive=True)
        iot.attach_policy(policyName=outputs["BridgePolicyName"], target=made["certificateArn"])
        pems = (made["certificatePem"], made["keyPair"]["PrivateKey"], self.root_ca)
        value = dict(zip(PEM_KEYS, pems, strict=True)) | {"certificateId": made["certificateId"]}
        self.client("secretsmanager").put_secret_value(
            SecretId=outputs["BridgeSecretArn"], SecretString=json.dumps(value)
        )

    @property
    def root_ca(self) -> str:
        return self.account.edge_ca_file.read_text()


def _made(cloudformation: Any, where: dict[str, str]) -> dict[str, Any]:
    end = time.monotonic() + 120
    while True:
        told: dict[str, Any] = cloudformation.describe_change_set(**where)
        if told["Status"] in ("CREATE_COMPLETE", "FAILED"):
            return told
        assert time.monotonic() < end, told["Status"]
        time.sleep(0.05)


def settled(cloudformation: Any, name: str) -> dict[str, Any]:
    end = time.monotonic() + 120
    while True:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            return stack
        assert time.monotonic() < end, f"{name} is still {stack['StackStatus']}"
        time.sleep(0.05)


def reasons_of(cloudformation: Any, name: str) -> list[str]:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]
