"""The product as its users run it: subprocesses with a home of their own, on one account."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solarrally_tui.simulator.child import Account
from tests import clients

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class Ran:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Journey:
    """An account, a home, and the run that deployed the site there that the example describes."""

    account: Account
    home: Path
    first: Ran


def solarrally(account: Account, home: Path, *words: str, **environment: str) -> Ran:
    """Run the command line in a home of its own, with the printed deploy policy in force."""
    variables = account.applied_to(os.environ) | {"HOME": str(home)} | environment
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        variables.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "solarrally_tui", *words],
        env=variables,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=110,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def client(account: Account, service: str, region: str) -> Any:
    """A plain boto3 client of the account's owner."""
    return clients.client(clients.owner(account), service, region)


def names_of_site(account: Account, site: str, region: str) -> Iterator[str]:
    """Everything in the account that carries the site's name, as plain boto3 sees it."""
    for place in {region, "us-east-1"}:
        found = client(account, "cloudformation", place).describe_stacks()["Stacks"]
        yield from (f"stack {one['StackName']}" for one in found if f"-{site}-" in one["StackName"])
        secrets = client(account, "secretsmanager", place).list_secrets()["SecretList"]
        yield from (f"secret {one['Name']}" for one in secrets if site in one["Name"])
        groups = client(account, "logs", place).describe_log_groups()["logGroups"]
        yield from (f"log group {g['logGroupName']}" for g in groups if site in g["logGroupName"])
        parameters = client(account, "ssm", place).describe_parameters()["Parameters"]
        yield from (f"parameter {one['Name']}" for one in parameters if site in one["Name"])
    buckets = client(account, "s3", region).list_buckets()["Buckets"]
    yield from (f"bucket {one['Name']}" for one in buckets if site in one["Name"])
    iam, ours = client(account, "iam", region), f"solarrally-{site}-"
    roles = iam.list_roles()["Roles"]
    yield from (f"role {one['RoleName']}" for one in roles if one["RoleName"].startswith(ours))
    created = iam.list_policies(Scope="Local")["Policies"]
    yield from (f"policy {one['PolicyName']}" for one in created if site in one["PolicyName"])
    things = client(account, "iot", region).list_things()["things"]
    yield from (
        f"thing {one['thingName']}" for one in things if one["attributes"].get("site") == site
    )
    iot = client(account, "iot", region)
    for certificate in iot.list_certificates()["certificates"]:
        policies = iot.list_attached_policies(target=certificate["certificateArn"])["policies"]
        if not policies or any(site in policy["policyName"] for policy in policies):
            yield f"certificate {certificate['certificateId']}"
    databases = client(account, "rds", region)
    yield from (
        f"database {one['DBInstanceIdentifier']}"
        for one in databases.describe_db_instances()["DBInstances"]
        if site in one["DBInstanceIdentifier"]
    )
    yield from (
        f"snapshot {one['DBSnapshotIdentifier']}"
        for one in databases.describe_db_snapshots()["DBSnapshots"]
        if site in one["DBSnapshotIdentifier"]
    )
