"""One site whose backend is functions, from nothing to nothing, by the command line."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from solarrally_tui.simulator.child import Account
from tests.clients import reached
from tests.journey.access_setup import untrusting
from tests.journey.journey_setup import client, names_of_site, solarrally

NAME, REGION = "lark", "us-east-1"
ANSWERS = f"""
name = "{NAME}"
region = "{REGION}"
tier = "small"
alerts.email = "ops@example.com"
size.shape = "functions"
"""


def of_functions(account: Account) -> Iterator[str]:
    """Everything that only this shape has, by its name."""
    functions = client(account, "lambda", REGION).list_functions()["Functions"]
    yield from (f"function {one['FunctionName']}" for one in functions)
    sources = client(account, "lambda", REGION).list_event_source_mappings()
    yield from (f"source {one['UUID']}" for one in sources["EventSourceMappings"])
    yield from (
        f"API {a['Name']}" for a in client(account, "apigatewayv2", REGION).get_apis()["Items"]
    )
    tables = client(account, "dynamodb", REGION).list_tables()["TableNames"]
    yield from (f"table {name}" for name in tables)
    queues = client(account, "sqs", REGION).list_queues().get("QueueUrls", [])
    yield from (f"queue {url}" for url in queues)


def outputs_of(account: Account) -> dict[str, str]:
    stacks = client(account, "cloudformation", REGION).describe_stacks()["Stacks"]
    return {
        output["OutputKey"]: output["OutputValue"]
        for stack in stacks
        for output in stack.get("Outputs", [])
    }


def secret(account: Account, arn: str) -> str:
    secrets = client(account, "secretsmanager", REGION)
    return str(secrets.get_secret_value(SecretId=arn)["SecretString"])


@pytest.mark.timeout(600)
def test_a_site_of_functions_is_deployed_used_changed_and_deleted(
    journey_account: Account, home: Path
) -> None:
    account, file, charger = journey_account, home / f"{NAME}.toml", home / "evse-1"

    def ran(*words: str, code: int = 0) -> Any:
        done = solarrally(account, home, *words)
        assert done.code == code, (words, done.out[-3000:], done.err[-3000:])
        return done

    (home / "known.toml").write_text(ANSWERS)
    ran("init", str(file), "--defaults", "--answers", str(home / "known.toml"))
    planned = ran("plan", str(file)).out
    assert "Functions" in planned
    assert "Load balancer" not in planned
    ran("deploy", str(file), "--yes")
    again = ran("deploy", str(file), "--yes", "--json").events[-1]
    assert (again["state"], again["changed"]) == ("unchanged", False)

    outputs = outputs_of(account)
    viewer = json.loads(secret(account, outputs["ViewerSecretArn"]))
    token = base64.b64encode(f"viewer:{viewer['password']}".encode()).decode()
    headers, url = {"Authorization": f"Basic {token}"}, reached(account, outputs["Url"])
    ran("chargers", "add", charger.name, "--to", str(charger), "--site", NAME)
    with ThreadPoolExecutor() as pool:
        proving = pool.submit(ran, "chargers", "prove", str(charger), "--site", NAME, "--json")
        assert charger.name in _frames(url, headers, proving)
        assert proving.result().events[-1]["proven"]
    with httpx.Client(verify=untrusting(), base_url=url, headers=headers, timeout=30) as page_api:
        facts = page_api.get("/api/v1/site").json()
        assert [(c["unit_id"], c["silent"]) for c in facts["chargers"]] == [(charger.name, False)]
        assert page_api.get("/health").json()["mqtt_connected"] is False
        # The stand-in keeps no passwords. It fails where the function brought no secrets to it;
        # tests/application/functions.py signs in to the application itself.
        stranger = {"username": "ops@example.com", "password": "wrong"}
        assert page_api.post("/api/auth/jwt/login", data=stranger).status_code == 400
    assert httpx.get(f"{url}/api/v1/site", verify=untrusting()).status_code == 401
    assert _without_cloudfront(account, outputs["ApiFunctionName"]) == 403

    report = solarrally(account, home, "status", NAME, "--json").events[0]
    red = [check for check in report["checks"] if check["state"] in {"fail", "unknown"}]
    assert red == []

    answers = file.read_text()
    file.write_text(answers.replace('shape = "functions"', 'shape = "tasks"'))
    refused = ran("plan", str(file), code=5)
    assert "has the shape functions" in " ".join(refused.err.split())
    file.write_text(answers.replace('currency = ""', 'currency = "EUR"'))
    ran("deploy", str(file), "--yes")
    assert _currency(url, headers) == "EUR"
    ran("rollback", NAME, "--yes")
    assert _currency(url, headers) == ""
    ran("rotate", NAME, "--yes")
    assert "bridge" in ran("maintain", NAME, "--do", "bridge-certificate", "--yes", code=5).err

    ran("destroy", NAME, "--yes", "--delete-data", NAME)
    assert [*names_of_site(account, NAME, REGION), *of_functions(account)] == []


def _frames(url: str, headers: dict[str, str], during: "Future[Any]") -> set[str]:
    """Return whose frames a viewer gets. Like the page, it connects again when API Gateway ends."""
    seen: set[str] = set()
    address = url.replace("http", "ws", 1) + "/ws/live"
    context = untrusting() if url.startswith("https") else None
    while not (seen and during.done()):
        with (
            suppress(ConnectionClosed),
            connect(address, additional_headers=headers, ssl=context) as page,
        ):
            while not (seen and during.done()):
                # A viewer who connects again each second misses what is sent meanwhile.
                with suppress(TimeoutError):
                    seen.add(json.loads(page.recv(timeout=1))["unit_id"])
                assert seen or not during.done()
    return seen


def _currency(url: str, headers: dict[str, str]) -> str:
    told = httpx.get(f"{url}/api/v1/site", headers=headers, verify=untrusting(), timeout=30)
    return str(told.json()["currency"])


def _without_cloudfront(account: Account, function: str) -> int:
    """Ask as API Gateway does, for somebody who knows the API's own address."""
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/api/v1/site",
        "rawQueryString": "",
        "headers": {"host": "a1.execute-api.us-east-1.amazonaws.com"},
        "requestContext": {
            "http": {"method": "GET", "path": "/api/v1/site", "sourceIp": "1.2.3.4"}
        },
        "isBase64Encoded": False,
    }
    answered = client(account, "lambda", REGION).invoke(
        FunctionName=function, Payload=json.dumps(event)
    )
    return int(json.loads(answered["Payload"].read())["statusCode"])
