"""What stands between us and AWS: sign-in pages, proxies, silence. Nothing of boto3 escapes."""

import asyncio
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from botocore import exceptions

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.session import translate

PAGE = b"<!doctype html><html><title>Hotel Wi-Fi</title><form>Room number</form></html>"
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("sts", "get_caller_identity", {}),
    ("ec2", "describe_vpcs", {}),
    ("s3", "list_buckets", {}),
    ("route53", "list_hosted_zones", {}),
    ("cloudfront", "list_distributions", {}),
    ("iot", "describe_endpoint", {}),
    ("ecs", "list_clusters", {}),
    ("ssm", "get_parameter", {"Name": "/x"}),
    ("cloudformation", "describe_stacks", {}),
    ("cloudwatch", "describe_alarms", {}),
]

PAGED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("ssm", "get_parameters_by_path", "Parameters", {"Path": "/x"}),
    ("iam", "list_roles", "Roles", {}),
    ("route53", "list_hosted_zones", "HostedZones", {}),
]


class Proxy(BaseHTTPRequestHandler):
    """Answers everything with the same bytes."""

    status: ClassVar[int] = 200
    kind: ClassVar[str] = "text/html; charset=utf-8"
    body: ClassVar[bytes] = PAGE

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 named by http.server

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Proxy]]:
    handler = type("ThisProxy", (Proxy,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    yield handler
    server.shutdown()
    server.server_close()


async def refused() -> list[AwsError]:
    """Make all of the calls at once, because each is tried again for a while; return the errors."""
    async with await Door.open("us-east-1") as door:
        made = [door.call(service, operation, **params) for service, operation, params in CALLS] + [
            door.pages(service, operation, key, **params)
            for service, operation, key, params in PAGED
        ]
        errors = await asyncio.gather(*made, return_exceptions=True)
    assert all(isinstance(error, AwsError) for error in errors), errors
    return errors  # type: ignore[return-value]


@pytest.mark.parametrize("status", [200, 403, 404, 407])
async def test_a_page_in_place_of_an_answer_is_no_answer_of_aws(
    proxy: type[Proxy], status: int
) -> None:
    proxy.status = status
    for error in await refused():
        assert error.kind is Kind.UNREACHABLE, error
        assert "sign-in page" in error.plain.why, error
        assert "Room number" not in str(error)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_page_of_a_front_end_means_that_aws_is_unavailable(
    proxy: type[Proxy], monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    proxy.status = status
    for error in await refused():
        assert error.kind is Kind.UNREACHABLE, error
        assert error.plain.what == "AWS is unavailable.", error
        assert str(status) in error.plain.detail
        assert "Room number" not in str(error)


@pytest.mark.parametrize("body", [b"<a", b"\x00\xff", b'{"a": ', b""])
async def test_a_broken_answer_is_an_error_of_ours(proxy: type[Proxy], body: bytes) -> None:
    proxy.body, proxy.kind, proxy.status = body, "application/octet-stream", 400
    assert len(await refused()) == len(CALLS) + len(PAGED)


def _all_of_botocore() -> list[type[Exception]]:
    return [
        each
        for each in vars(exceptions).values()
        if isinstance(each, type) and issubclass(each, exceptions.BotoCoreError)
    ]


@pytest.mark.parametrize("kind", _all_of_botocore(), ids=lambda kind: kind.__name__)
def test_every_exception_of_botocore_becomes_plain_words(kind: type[Exception]) -> None:
    class Any_(dict[str, str]):  # noqa: N801 fills any placeholder of a message
        def __missing__(self, key: str) -> str:
            return "x"

    error = kind.__new__(kind)
    Exception.__init__(error, getattr(kind, "fmt", "").format_map(Any_()))
    plain = translate(error, "sts", "get_caller_identity").plain
    assert plain.what
    assert plain.next


async def test_a_process_for_credentials_that_breaks_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for told in ("/nowhere/at-all", "echo no-json", "false"):
        config.write_text(f"[profile odd]\ncredential_process = {told}\n")
        async with await Door.open("us-east-1", "odd") as door:
            with pytest.raises(AwsError):
                await door.identity()
    config.write_text("[profile odd\nx")
    with pytest.raises(AwsError):
        async with await Door.open("us-east-1", "odd") as door:
            await door.identity()


def test_leaving_does_not_wait_for_an_answer_that_never_comes() -> None:
    program = textwrap.dedent("""
        import asyncio, os, socket
        import botocore.config
        from solarrally_tui.aws import session
        from solarrally_tui.aws.door import Door
        hour = botocore.config.Config(read_timeout=3600)
        session._CONFIG = session._CONFIG.merge(hour)
        silent = socket.create_server(("127.0.0.1", 0))
        os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "test"

        async def main():
            door = await Door.open("us-east-1")
            call = asyncio.create_task(door.identity())
            await asyncio.to_thread(silent.accept)
            call.cancel()
            await door.close()
            print("closed", flush=True)

        asyncio.run(main())
    """)
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    # Waiting for the answer would take the hour.
    assert told.stdout == "closed\n"


async def test_the_pool_runs_no_more_than_its_threads_at_once_and_closes() -> None:
    from solarrally_tui.aws.pool import DaemonPool

    pool, at_once, most = DaemonPool(3, "test"), 0, 0
    lock, release = threading.Lock(), threading.Event()

    def work() -> int:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        release.wait(5)
        with lock:
            at_once -= 1
        return 1

    loop = asyncio.get_running_loop()
    calls = [loop.run_in_executor(pool, work) for _ in range(9)]
    await asyncio.sleep(0.1)
    release.set()
    assert sum(await asyncio.gather(*calls)) == 9
    assert most == 3
    pool.shutdown()
    with pytest.raises(asyncio.CancelledError):
        await loop.run_in_executor(pool, work)
