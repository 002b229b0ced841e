"""What a site's passwords open, and where they show, in words of a browser and of a terminal."""

import base64
import json
import os
import pty
import select
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from solarrally_tui.simulator.child import Account
from tests.clients import reached
from tests.journey.journey_setup import Journey, client, solarrally

REGION = "us-east-1"
NAME = "small"


def outputs_of(account: Account) -> dict[str, str]:
    stacks = client(account, "cloudformation", REGION).describe_stacks()["Stacks"]
    return {
        output["OutputKey"]: output["OutputValue"]
        for stack in stacks
        if stack["StackName"].startswith(f"solarrally-{NAME}-")
        for output in stack.get("Outputs", [])
    }


def everything_shown(account: Account) -> str:
    """All that CloudFormation and the registry of tasks show: templates, outputs, events."""
    cloudformation, ecs = (client(account, name, REGION) for name in ("cloudformation", "ecs"))
    stacks = [s["StackName"] for s in cloudformation.describe_stacks()["Stacks"]]
    responses = [cloudformation.describe_stacks(StackName=stack) for stack in stacks]
    responses += [cloudformation.describe_stack_events(StackName=stack) for stack in stacks]
    responses += [cloudformation.get_template(StackName=stack) for stack in stacks]
    responses += [
        ecs.describe_task_definition(taskDefinition=arn)
        for arn in ecs.list_task_definitions()["taskDefinitionArns"]
    ]
    functions = client(account, "cloudfront", REGION)
    for item in functions.list_functions()["FunctionList"]["Items"]:
        code = functions.get_function(Name=item["Name"], Stage="LIVE")["FunctionCode"].read()
        responses.append({"code": code.decode()})
    return json.dumps(responses, default=str)


def untrusting() -> ssl.SSLContext:
    """The account's own authority signs its addresses; who they are is no matter here."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def status_of(url: str, token: str = "", method: str = "GET", body: bytes | None = None) -> int:
    headers = {"Authorization": f"Basic {token}"} if token else {}
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, context=untrusting(), timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def on_a_terminal(account: Account, home: Path, *words: str) -> str:
    variables = account.applied_to(os.environ) | {"HOME": str(home)}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "solarrally_tui", *words],
        env=variables,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as running:
        os.close(theirs)
        seen, end = b"", time.monotonic() + 60
        while time.monotonic() < end:
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    seen += os.read(ours, 65536)
                except OSError:  # the last writer has left
                    break
    os.close(ours)
    assert running.returncode == 0, seen
    return seen.decode()


def passwords_open_what_they_should_and_show_nowhere_else(small: Journey) -> None:
    account, home, deployed = small.account, small.home, small.first
    assert {"viewer-keys", "administrator"} <= {event["step"] for event in deployed.events}

    outputs, secrets = outputs_of(account), client(account, "secretsmanager", REGION)
    viewer = secrets.get_secret_value(SecretId=outputs["ViewerSecretArn"])["SecretString"]
    password = json.loads(viewer)["password"]
    administrator = secrets.get_secret_value(SecretId=outputs["AdminSecretArn"])["SecretString"]
    assert min(len(password), len(administrator)) >= 24

    access = solarrally(account, home, "access", NAME)
    assert access.code == 0, access.err
    refused = solarrally(account, home, "access", NAME, "--show")
    assert refused.code == 5
    shown = on_a_terminal(account, home, "access", NAME, "--show")
    assert password in shown
    assert administrator in shown
    assert "secretsmanager/secret?name=" in access.out
    public = everything_shown(account) + deployed.out + deployed.err + access.out + refused.out
    for secret in (password, administrator):
        assert secret not in public
    written = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert not any(secret.encode() in text for text in written for secret in (password,))

    url = reached(account, outputs["Url"])
    _the_gate_is_shut(url, password)
    _a_browser_signs_in_once(url, password)


def _the_gate_is_shut(url: str, password: str) -> None:
    token = base64.b64encode(f"viewer:{password}".encode()).decode()
    wrong = base64.b64encode(b"viewer:wrong").decode()
    for path in ("/", "/api/v1/sessions", "/ws/live"):
        assert status_of(url + path) == 401
        assert status_of(url + path, wrong) == 401
    assert status_of(url + "/", token) == 200
    assert status_of(url + "/health") == 200
    assert status_of(url + "/api/auth/register/register", token, "POST", b"{}") == 403
    assert status_of(url + "/api/auth/%72egister/register", token, "POST", b"{}") == 403
    assert status_of(url + "/api//auth/register/register", token, "POST", b"{}") == 403
    assert status_of(url + "/API/auth/register/register", token, "POST", b"{}") == 403
    assert status_of(url + "/api/v1/tariff", "", "PUT", b"{}") == 405


def _a_browser_signs_in_once(url: str, password: str) -> None:
    """As a browser does it: a challenge, the password, a cookie, then the cookie alone."""
    with httpx.Client(verify=untrusting(), base_url=url, headers={"Accept": "text/html"}) as page:
        assert page.get("/").status_code == 401
        welcome = page.get("/", auth=("viewer", password))
        assert welcome.status_code == 302
        assert welcome.headers["location"].startswith("/?signed=")
        set_cookie = welcome.headers["set-cookie"]
        assert "HttpOnly" in set_cookie
        assert "SameSite=Lax" in set_cookie
        assert page.get(welcome.headers["location"]).status_code == 200
    cookie = {"Cookie": set_cookie.partition(";")[0]}
    live = url.replace("https://", "wss://") + "/ws/live"
    with connect(live, ssl=untrusting(), additional_headers=cookie):
        pass
    foreign = cookie | {"Origin": "https://evil.example"}
    for headers, status in ((foreign, 403), ({}, 401), ({"Cookie": f"{set_cookie[:30]}x"}, 401)):
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(live, ssl=untrusting(), additional_headers=headers),
        ):
            pass
        assert refused.value.response.status_code == status
