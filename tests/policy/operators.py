"""Callers other than the root user: with exactly the policies that the product prints."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from solarrally_tui.policy import deploy, support
from solarrally_tui.policy.document import Policy
from solarrally_tui.policy.scope import Scope
from solarrally_tui.simulator.child import Account
from solarrally_tui.simulator.settings import ACCOUNT_ID
from tests.clients import client, owner, seen_with

ADMINISTRATOR = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


def deployer(account: Account, site: str) -> Account:
    """The account as a user sees it who has `solarrally policy deploy --site` alone."""
    return user(account, f"deploys-{site}", documents(deploy.policies(scope(site))))


@cache
def _operator(endpoint_url: str) -> dict[str, str]:
    """Keys of the user who may deploy any site. Once for each running account."""
    policies = documents(deploy.policies(Scope("", "aws", ACCOUNT_ID)))
    return user(Account(endpoint_url, {}, Path(), 0), "operator", policies).environment


def operator(account: Account) -> Account:
    """The account as a user sees it who has `solarrally policy deploy` alone, for every site."""
    keys = _operator(account.endpoint_url)
    return seen_with(account, keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])


def supporter(account: Account, site: str) -> Account:
    """The account as a user sees it who has `solarrally policy support --site` alone."""
    return user(account, f"supports-{site}", documents(support.policies(scope(site))))


def scope(site: str) -> Scope:
    return Scope(site, "aws", ACCOUNT_ID)


def documents(policies: Iterable[Policy]) -> list[dict[str, Any]]:
    return [policy.document for policy in policies]


def user(account: Account, name: str, policies: Iterable[dict[str, Any]]) -> Account:
    """The account as a user sees it; a user of this name gets these policies instead."""
    iam = client(owner(account), "iam")
    if not any(one["UserName"] == name for one in iam.list_users()["Users"]):
        iam.create_user(UserName=name)
    for each in iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]:
        iam.detach_user_policy(UserName=name, PolicyArn=each["PolicyArn"])
        iam.delete_policy(PolicyArn=each["PolicyArn"])
    for number, document in enumerate(policies, 1):
        created = iam.create_policy(
            PolicyName=f"{name}-{number}", PolicyDocument=json.dumps(document)
        )
        iam.attach_user_policy(UserName=name, PolicyArn=created["Policy"]["Arn"])
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return seen_with(account, key["AccessKeyId"], key["SecretAccessKey"])
