"""The passwords of a site as its secrets hold them: a JSON key, or all of the text."""

import json
import uuid

import pytest

from solarrally_tui.deployed.dashboard import viewer_login
from solarrally_tui.simulator.child import Account
from tests.clients import owner
from tests.provisioning.engine_setup import opened

REGION = "us-east-1"
LIKE_JSON = ("{G.>P_I@J", "{}", "[1]", "12", "null", '"quoted"', "{\\x")


@pytest.mark.parametrize("password", LIKE_JSON)
async def test_a_password_may_look_like_json(account: Account, password: str) -> None:
    async with opened(owner(account), REGION) as door:
        for text in (password, json.dumps({"username": "viewer", "password": password})):
            secret = await door.call(
                "secretsmanager",
                "create_secret",
                Name=f"like-json-{uuid.uuid4()}",
                SecretString=text,
            )
            assert await viewer_login.password(door, secret["ARN"]) == password
