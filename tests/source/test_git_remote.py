"""What a hostile server may respond: only words come of it, and nothing else is requested."""

import asyncio
import contextlib
import threading
import time
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solarrally_tui.source.fetch import fetch
from solarrally_tui.source.git.remote import Remote, RemoteError
from solarrally_tui.source.web import WebResponse
from tests.source.git_server import GitServer

ADDRESS = "https://example.com/a/b"
HEAD = "1" * 40
FLUSH = b"0000"


def packet(line: bytes) -> bytes:
    return f"{len(line) + 4:04x}".encode() + line


GREETING = (
    b"".join(map(packet, (b"version 2\n", b"ls-refs=unborn\n", b"fetch=shallow filter\n"))) + FLUSH
)
SERVICE = packet(b"# service=git-upload-pack\n") + FLUSH
REFS = packet(f"{HEAD} HEAD symref-target:refs/heads/main\n".encode()) + FLUSH


class Responses:
    """Responses in their order, and what was requested."""

    def __init__(self, *bodies: bytes) -> None:
        self.bodies = list(bodies)
        self.requested: list[str] = []

    def __call__(
        self, url: str, *, most: int, headers: object, content: bytes | None
    ) -> WebResponse:
        self.requested.append(url)
        kind = "result" if content else "advertisement"
        head = httpx.Headers({"Content-Type": f"application/x-git-upload-pack-{kind}"})
        return WebResponse(200, head, self.bodies.pop(0), url)


def test_the_default_branch_is_what_head_stands_for() -> None:
    assert Remote(ADDRESS, Responses(GREETING, REFS)).resolve(("HEAD",)) == (
        "refs/heads/main",
        HEAD,
    )


@pytest.mark.parametrize(
    "line",
    [
        b"../../etc HEAD\n",
        b"1234 HEAD\n",
        HEAD.encode() + b" HEAD peeled:../../x\n",
        b"\xff" * 40 + b" HEAD\n",
        b"HEAD\n",
        b"\n",
    ],
)
def test_a_ref_that_names_no_commit_is_refused(line: bytes) -> None:
    with pytest.raises(RemoteError):
        Remote(ADDRESS, Responses(GREETING, packet(line) + FLUSH)).resolve(("HEAD",))


def test_an_unborn_branch_is_none() -> None:
    line = packet(b"unborn HEAD symref-target:refs/heads/main\n") + FLUSH
    assert Remote(ADDRESS, Responses(GREETING, line)).resolve(("HEAD",)) is None


def test_hashes_of_another_kind_are_refused() -> None:
    greeting = GREETING[:-4] + packet(b"object-format=sha256\n") + FLUSH
    with pytest.raises(RemoteError, match="SHA-256"):
        Remote(ADDRESS, Responses(greeting, FLUSH)).resolve(("HEAD",))


def test_addresses_that_the_server_names_are_not_fetched_from() -> None:
    elsewhere = b"".join(
        map(packet, (b"packfile-uris\n", b"https://elsewhere.example/p sha1 1234\n", b"packfile\n"))
    )
    responses = Responses(GREETING, REFS, elsewhere + FLUSH)
    with pytest.raises(RemoteError, match="not valid Git"):
        Remote(ADDRESS, responses).pack(HEAD, leave_out="tree:0", most=1_000)
    assert {httpx.URL(url).host for url in responses.requested} == {"example.com"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (packet(b"ERR upload-pack: not our ref 1111"), "does not have this commit"),
        (packet(b"ERR \x1b[31mno\n"), r"cannot be read: \[31mno"),
        (packet(b"packfile\n") + packet(b"\3fatal: \x1b[2Jdisk") + FLUSH, "fatal: .+disk"),
        (packet(b"packfile\n") + packet(b"\7x") + FLUSH, "not valid Git"),
        (packet(b"packfile\n") + b"00", "cannot be read|not valid Git"),
        (b"", "cannot be read"),
    ],
)
def test_what_a_server_reports_is_printable(body: bytes, words: str) -> None:
    with pytest.raises(RemoteError, match=words) as caught:
        Remote(ADDRESS, Responses(GREETING, REFS, body)).pack(HEAD, leave_out="", most=1_000)
    assert str(caught.value).isprintable()


@settings(max_examples=200)
@given(st.binary(max_size=200), st.integers(0, 3))
def test_any_bytes_are_no_response(junk: bytes, at: int) -> None:
    bodies = [GREETING, REFS, packet(b"packfile\n") + FLUSH]
    bodies[at:] = [SERVICE + junk if at == 0 else junk, FLUSH, FLUSH]
    for work in (
        lambda remote: remote.resolve(("HEAD",)),
        lambda remote: remote.pack(HEAD, leave_out="tree:0", most=1_000),
    ):
        with contextlib.suppress(RemoteError):
            work(Remote(ADDRESS, Responses(*bodies)))


async def test_a_task_that_is_cancelled_ends_its_request_and_its_thread(
    server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the program could not end before the server closes the connection."""
    monkeypatch.setattr("solarrally_tui.source.web.SILENCE_SECONDS", 600.0)
    server.silent.set()
    before = set(threading.enumerate())
    task = asyncio.create_task(fetch(server.address(), "", tmp_path))
    while not server.asked:
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    begin = time.monotonic()
    await asyncio.get_running_loop().shutdown_default_executor()
    assert time.monotonic() - begin < 60
    assert not {t for t in set(threading.enumerate()) - before if "asyncio" in t.name}
