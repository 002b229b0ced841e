"""Deploys the blueprints on the embedded account with plain boto3, as by hand in the console."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import boto3

from solarrally_tui.blueprints import blueprint
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import stack_name
from solarrally_tui.stacks.facts import Facts, Images, Volume
from solarrally_tui.stacks.parameters import parameters
from tests.stacks.facts_setup import FACTS

PEM_KEYS = ("certificatePem", "privateKey", "rootCaPem")


@cache
def _client(service: str, endpoint_url: str, region: str, key: str) -> Any:
    """Make a client once: making one takes longer than most calls with it."""
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key="any",
    )


@dataclass
class Estate:
    """One site on the embedded account."""

    account: Account
    site: Site
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    facts: Facts = FACTS

    def client(self, service: str, region: str = "") -> Any:
        key = self.account.environment["AWS_ACCESS_KEY_ID"]
        return _client(service, self.account.endpoint_url, region or self.site.region, key)

    def deploy(self, stacks: Iterable[str]) -> None:
        """Create stacks in this order; fails with the reasons that CloudFormation gives."""
        self._look_up()
        for stack in stacks:
            if stack == "app":
                self._push_images()
                self._fill_bridge_secret()
            self.outputs[stack] = self._create(stack)

    def delete(self, stacks: Iterable[str]) -> None:
        """Delete stacks in this order and see them gone: nothing that is left may stop them."""
        cloudformation = self.client("cloudformation")
        for stack in stacks:
            name = stack_name(self.site.name, stack)
            identifier = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
            cloudformation.delete_stack(StackName=name)
            status = _settled(cloudformation, identifier)["StackStatus"]
            assert status == "DELETE_COMPLETE", _reasons(cloudformation, identifier)

    def _create(self, stack: str) -> dict[str, str]:
        region = self.site.region if blueprint(stack).region == "home" else "us-east-1"
        cloudformation = self.client("cloudformation", region)
        name = stack_name(self.site.name, stack)
        given = parameters(stack, self.site, self.facts, self.outputs)
        cloudformation.create_stack(
            StackName=name,
            TemplateBody=blueprint(stack).template(),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
            Capabilities=["CAPABILITY_IAM"],
            Tags=[{"Key": "solarrally:site", "Value": self.site.name}],
        )
        made = _settled(cloudformation, name)
        assert made["StackStatus"] == "CREATE_COMPLETE", _reasons(cloudformation, name)
        return {o["OutputKey"]: o["OutputValue"] for o in made.get("Outputs", [])}

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


def _settled(cloudformation: Any, name: str) -> dict[str, Any]:
    end = time.monotonic() + 60
    while True:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            return stack
        assert time.monotonic() < end, f"{name} is still {stack['StackStatus']}"
        time.sleep(0.05)


def _reasons(cloudformation: Any, name: str) -> list[str]:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]
