"""An AWS account of a test's own inside the shared embedded account, and stacks in it."""

import itertools
import json
import time
import urllib.error
import urllib.request
from typing import Any

from solarrally_tui.simulator.child import Account
from tests import clients
from tests.policy.operators import ADMINISTRATOR

_numbers = itertools.count(200000000000)
LIMIT_SECONDS = 90.0


class IsolatedAccount:
    """MiniStack keeps accounts apart by twelve-digit access keys."""

    def __init__(self, account: Account, region: str = "us-east-1") -> None:
        self.account, self.region = account, region
        self.number = str(next(_numbers))

    def client(self, service: str, region: str = "") -> Any:
        return clients.client_of_key(self.account, self.number, service, region or self.region)

    def create_stack(
        self, name: str, resources: dict[str, Any], **rest: Any
    ) -> tuple[str, list[str]]:
        """Create a stack; returns its last status and the reasons of what failed."""
        body = json.dumps({"Resources": resources, **rest})
        given = {"StackName": name, "TemplateBody": body, "Capabilities": ["CAPABILITY_NAMED_IAM"]}
        self.client("cloudformation").create_stack(**given)
        return self.settled(name)

    def update_stack(self, name: str, resources: dict[str, Any]) -> tuple[str, list[str]]:
        """Update a stack; returns its last status and the reasons of what failed."""
        body = json.dumps({"Resources": resources})
        self.client("cloudformation").update_stack(StackName=name, TemplateBody=body)
        return self.settled(name)

    def delete_stack(self, name: str) -> tuple[str, list[str]]:
        """Delete a stack; returns its last status and the reasons of what failed."""
        identifier = self.stack(name)["StackId"]
        self.client("cloudformation").delete_stack(StackName=name)
        return self.settled(identifier)

    def stack(self, name: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = self.client("cloudformation").describe_stacks(StackName=name)[
            "Stacks"
        ]
        return found[0]

    def settled(self, name: str) -> tuple[str, list[str]]:
        until(lambda: not self.stack(name)["StackStatus"].endswith("IN_PROGRESS"))
        return self.stack(name)["StackStatus"], self.reasons(name)

    def reasons(self, name: str) -> list[str]:
        events = self.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
        return [e["ResourceStatusReason"] for e in events if "FAILED" in e["ResourceStatus"]]

    def outputs(self, name: str) -> dict[str, str]:
        return {o["OutputKey"]: o["OutputValue"] for o in self.stack(name).get("Outputs", [])}


def until(done: Any, limit: float = LIMIT_SECONDS) -> Any:
    """Wait until something is true, and return it."""
    deadline = time.monotonic() + limit
    while not (value := done()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return value


def control(account: Account, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Call one of the simulator's own paths; returns status and JSON."""
    request = urllib.request.Request(
        f"{account.endpoint_url}/_solarrally/{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def role_of(aws: IsolatedAccount, service: str) -> str:
    """A role that a service may assume, and that may do everything."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam, name = aws.client("iam"), service.partition(".")[0]
    created = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    everything = json.dumps(ADMINISTRATOR)
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=everything)
    return str(created["Role"]["Arn"])
