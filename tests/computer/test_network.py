"""Proxies and certificate authorities: what is wrong is named; the site is not blamed for it."""

import re
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.computer import https, proxies, trust
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.deployed.dashboard.live_frames import listen
from solarrally_tui.deployed.dashboard.site_http import Front
from solarrally_tui.deployed.trusted_authority import https_context, iot_root_ca
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.probes import telemetry, web
from solarrally_tui.provisioning.deployment import verify
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.simulator.ca import LocalCa
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.tiers import Shape
from solarrally_tui.source.fetch import find
from solarrally_tui.source.reference import FetchError

DEAD = "http://user:secret@127.0.0.1:9"
INSPECTED = (
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in "
    "certificate chain (_ssl.c:1006)"
)
LATE = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no authority of this machine."""
    for name in (*trust.FOR_AWS, *trust.FOR_WEB, *trust.FOR_SITE, "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"HTTPS_PROXY": "http://[bad"}, "HTTPS_PROXY names http://[bad, which is not"),
        ({"HTTPS_PROXY": "http://u:p@:x"}, "HTTPS_PROXY names http://:x, which is not"),
        ({"ALL_PROXY": "socks4://h:1"}, "ALL_PROXY names socks4://h:1, which is not"),
        ({"https_proxy": "ftp://h"}, "https_proxy names ftp://h, which is not"),
    ],
    ids=str,
)
def test_a_proxy_that_cannot_be_one_is_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ComputerError) as refused:
        https.client()
    assert words in refused.value.plain.why
    assert "Nothing was sent" in refused.value.plain.what


@pytest.mark.parametrize("address", ["socks5://127.0.0.1:9", "socks5h://u:p@127.0.0.1:9"])
def test_a_socks_proxy_can_be_used(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ALL_PROXY", address)
    assert https.client()


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "SSL_CERT_FILE", "SOLARRALLY_CA_FILE"])
@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "There is no such file."), (b"", "no certificate"), (b"\x30\x82", "PEM form")],
)
def test_authorities_that_are_none_are_named_with_their_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, content: bytes | None, why: str
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(variable, str(path))
    with pytest.raises(ComputerError) as refused:
        trust.check((variable,))
    assert f"{variable} names {path}. " in refused.value.plain.why
    assert why in refused.value.plain.why


def test_a_folder_and_a_key_log_that_are_not_there_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable, value in (
        ("SSL_CERT_FILE", str(tmp_path)),
        ("SSL_CERT_DIR", "/proc/gone"),
        ("SSLKEYLOGFILE", "/proc/gone/keys"),
    ):
        monkeypatch.setenv(variable, value)
        with pytest.raises(ComputerError, match=re.escape(f"{variable} names {value}")):
            https.authorities()
        monkeypatch.delenv(variable)


def test_the_authority_of_a_simulated_account_that_ended_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOLARRALLY_CA_FILE", "/proc/gone/ca.pem")
    for read in (https_context, iot_root_ca):
        with pytest.raises(ComputerError, match=r"SOLARRALLY_CA_FILE names /proc/gone/ca\.pem"):
            read()


def test_inspected_tls_and_a_wrong_clock_are_told_apart_from_a_wrong_name() -> None:
    inspected = https.in_the_way(httpx.ConnectError(INSPECTED), "https://x.example")
    assert inspected
    assert "inspects TLS" in inspected.why
    assert "AWS_CA_BUNDLE" in inspected.next
    assert "SSL_CERT_FILE" in inspected.next
    late = https.in_the_way(httpx.ConnectError(LATE), "https://x.example")
    assert late
    assert "clock" in late.why
    name = INSPECTED.partition("self-signed")[0] + "Hostname mismatch"
    assert https.in_the_way(httpx.ConnectError(name), "https://x.example") is None


@pytest.fixture
def inspector() -> Iterator[int]:
    """A server whose certificate is of an authority that nobody trusts; return its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = LocalCa.create().server_context()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


async def unanswered(monkeypatch: pytest.MonkeyPatch, address: str) -> AwsError:
    """Ask STS at an address where it does not answer, without waiting; return the error."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "111111111111")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    async with await Door.open() as door:
        with pytest.raises(AwsError) as refused:
            await door.identity()
    return refused.value


async def test_aws_behind_an_authority_that_nobody_trusts_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, inspector: int
) -> None:
    error = await unanswered(monkeypatch, f"https://localhost:{inspector}")
    assert error.kind is Kind.UNREACHABLE
    assert "inspects TLS" in error.plain.why
    assert "AWS_CA_BUNDLE" in error.plain.next


async def test_a_proxy_in_the_way_of_aws_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", DEAD)
    error = await unanswered(monkeypatch, "https://aws.invalid")
    plain = error.plain
    assert error.kind is Kind.UNREACHABLE
    assert "HTTPS_PROXY names http://127.0.0.1:9" in plain.why
    assert "secret" not in f"{plain} {plain.detail}"


async def test_a_proxy_that_aws_does_not_use_is_named_where_aws_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    error = await unanswered(monkeypatch, "https://127.0.0.1:9")
    assert "ALL_PROXY names socks5://127.0.0.1:9, and AWS's library" in error.plain.why


async def test_a_source_behind_a_dead_proxy_names_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", DEAD)
    with pytest.raises(FetchError, match=r"HTTPS_PROXY names http://127\.0\.0\.1:9"):
        await find("https://git.invalid/x", "")


def test_the_proxy_of_an_address_is_found_as_the_clients_find_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://all:1")
    monkeypatch.setenv("http_proxy", "plain:2")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    found = proxies.proxy_for("https://x.example")
    assert found
    assert (found.variable, found.shown) == ("ALL_PROXY", "socks5://all:1")
    assert proxies.proxy_for("https://x.example", every=False) is None
    assert proxies.proxy_for("https://inside.example") is None
    plain = proxies.proxy_for("http://x.example")
    assert plain
    assert (plain.variable, plain.is_usable) == ("http_proxy", True)


def test_a_simulated_account_is_reached_beside_any_proxy(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, DEAD)
    monkeypatch.setenv("no_proxy", "inside.example")
    assert proxies.proxy_for(account.endpoint_url)
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    assert proxies.proxy_for(account.endpoint_url) is None


def test_a_simulated_site_is_reached_beside_any_proxy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "hosts").write_text("localhost:4433 d1.cloudfront.net\n")
    monkeypatch.setenv("SOLARRALLY_HOSTS_FILE", str(tmp_path / "hosts"))
    monkeypatch.setenv("HTTPS_PROXY", DEAD)
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert proxies.proxy_for(Front("d1.cloudfront.net").origin) is None
    assert proxies.proxy_for(Front("d2.cloudfront.net").origin)


# A site that cannot be looked at from here


def deployment() -> Any:
    outputs = {"edge": {"DistributionDomainName": "d1.cloudfront.net", "Url": "https://d1/"}}
    heard: list[str] = []
    return SimpleNamespace(
        outputs=outputs,
        site=SimpleNamespace(
            name="barn",
            domain=SimpleNamespace(is_external=False, name=""),
            size=SimpleNamespace(shape=Shape.TASKS),
        ),
        narrator=SimpleNamespace(step=lambda *said: heard.append(said[-1])),
        heard=heard,
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ComputerError(trust._refusal("SSL_CERT_FILE", "/proc/gone", "x").plain), "SSL_CERT_FILE"),
        (httpx.ConnectError(INSPECTED), "inspects TLS"),
        (httpx.ConnectError("All connection attempts failed"), "HTTPS_PROXY names"),
        (httpx.ProxyError("407 Proxy Authentication Required"), "HTTPS_PROXY names"),
        (httpx.ProxyError("503 Service Unavailable"), "does not answer: ProxyError"),
    ],
)
async def test_a_deployment_that_cannot_be_verified_from_here_has_not_failed(
    monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    async def fine(_: Any) -> str:
        return ""

    async def get(*_: Any) -> httpx.Response:
        raise error

    monkeypatch.setenv("HTTPS_PROXY", DEAD)
    monkeypatch.setattr(verify, "_service", fine)
    monkeypatch.setattr(verify, "_targets", fine)
    monkeypatch.setattr(verify, "LIMIT_SECONDS", 0.2)
    monkeypatch.setattr(Front, "get", get)
    with pytest.raises(StepError) as ended:
        await verify.verify(deployment())
    assert ended.value.exit_code is Exit.OUT_OF_SIGHT
    assert ended.value.plain.what.startswith("Site barn is deployed, and its address was not")
    assert words in ended.value.plain.why


async def test_a_check_that_this_computer_prevents_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", DEAD)
    seen = await web.request(Front("site.invalid"), "/")
    assert isinstance(seen, web.Observation)
    assert seen.severity is Severity.UNKNOWN
    assert seen.line.startswith("Not checked from here.")
    assert "HTTPS_PROXY names http://127.0.0.1:9" in seen.line
    monkeypatch.delenv("HTTPS_PROXY")
    seen = await web.request(Front("127.0.0.1:9"), "/")
    assert isinstance(seen, web.Observation)
    assert seen.severity is Severity.FAIL


async def test_a_region_that_is_off_is_told_as_that(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    refused = AwsError("InvalidClientTokenId", "not valid", "sts", "get_caller_identity")
    async with await Door.open("eu-south-1") as door:
        ask = door._run

        async def run(function: Any, *given: Any) -> Any:
            if "eu-south-1" in given or "eu-west-1" in given:
                raise refused
            return await ask(function, *given)

        monkeypatch.setattr(door, "_run", run)
        assert await door.identity()
        with pytest.raises(AwsError) as caught:
            await door.call("ec2", "describe_vpcs")
        assert caught.value.kind is Kind.ACCOUNT
        assert "switched off" in caught.value.plain.what
        with pytest.raises(AwsError) as other:
            await door.call("ec2", "describe_vpcs", "eu-west-1")
        assert other.value is refused


@pytest.mark.parametrize(
    ("variable", "address"),
    [("ALL_PROXY", "socks5://127.0.0.1:9"), ("HTTPS_PROXY", DEAD), ("HTTPS_PROXY", "ftp://x")],
)
async def test_live_telemetry_that_no_proxy_passes_on_is_unknown(
    monkeypatch: pytest.MonkeyPatch, variable: str, address: str
) -> None:
    monkeypatch.setenv(variable, address)

    async def unreached(_: Any) -> None:
        await listen(Front("site.invalid"), {}, 1.0)

    monkeypatch.setattr(telemetry, "page", unreached)
    monkeypatch.setattr(telemetry, "front_of", lambda _: Front("site.invalid"))
    seen = await telemetry.live(cast("Any", None))
    assert (seen.severity, seen.line[:22]) == (Severity.UNKNOWN, "Not checked from here.")
    assert variable in seen.line


def test_https_contexts_are_real() -> None:
    assert isinstance(https.authorities(), ssl.SSLContext)
