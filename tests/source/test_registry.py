"""Looking at images in a public registry: its API, its limits, and what is not known."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from solarrally_tui.site.image_reference import ImageReference
from solarrally_tui.source.image_registry import AbsentError, ImageFacts, inspect
from solarrally_tui.source.web import WebError
from tests.source.registry_server import TOKEN, RegistryServer

HOST = "images.example.com"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistryServer]:
    serving = RegistryServer(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(serving.authority))
    yield serving
    serving.stop()


async def seen(server: RegistryServer, digest: str) -> ImageFacts:
    reference = ImageReference.parse(f"{HOST}/owner/solarrally@{digest}")
    return await inspect(reference, {HOST: server.host})


async def test_an_index_tells_its_platforms(server: RegistryServer) -> None:
    platforms = [{"os": "linux", "architecture": each} for each in ("arm64", "amd64")]
    attestation = {"os": "unknown", "architecture": "unknown"}
    entries = [{"platform": each} for each in (*platforms, attestation)]
    digest = server.add({"schemaVersion": 2, "manifests": [*entries, {}, "junk"]})
    assert await seen(server, digest) == ImageFacts(("linux/amd64", "linux/arm64"))


async def test_one_image_tells_by_its_configuration(server: RegistryServer) -> None:
    digest = server.add_image("arm64", Entrypoint=["/start.sh", "[/x]"])
    assert await seen(server, digest) == ImageFacts(("linux/arm64",), ("/start.sh", "[/x]"))


async def test_the_token_is_asked_for_once_and_for_pulling_only(server: RegistryServer) -> None:
    await seen(server, server.add_image("arm64"))
    asked = [path for path, _ in server.asked]
    (token,) = [path for path in asked if path.startswith("/token")]
    wanted = parse_qs(urlsplit(token).query)
    assert wanted == {"service": ["here"], "scope": ["repository:owner/solarrally:pull"]}
    assert [given for _, given in server.asked] == ["", "", f"Bearer {TOKEN}", f"Bearer {TOKEN}"]


async def test_another_host_that_has_the_blobs_gets_no_token(
    server: RegistryServer, tmp_path: Path
) -> None:
    digest, other = server.add_image("arm64"), RegistryServer(tmp_path)
    server.blobs_at = f"https://{other.host}"
    with pytest.raises(WebError):
        await seen(server, digest)
    other.stop()
    assert [given for _, given in other.asked] == [""]


async def test_a_redirect_away_from_https_is_refused(server: RegistryServer) -> None:
    digest = server.add_image("arm64")
    server.blobs_at = f"http://{server.host}"
    with pytest.raises(WebError, match="without HTTPS"):
        await seen(server, digest)


async def test_what_is_not_there_is_absent(server: RegistryServer) -> None:
    with pytest.raises(AbsentError):
        await seen(server, f"sha256:{'0' * 64}")


@pytest.mark.parametrize(("status", "words"), [(403, "password"), (429, "limits"), (500, "did")])
async def test_a_registry_that_tells_nothing_says_why(
    server: RegistryServer, status: int, words: str
) -> None:
    server.status = status
    with pytest.raises(WebError, match=words):
        await seen(server, server.add_image("arm64"))


@pytest.mark.parametrize(
    "challenge", ['Basic realm="closed"', 'Bearer realm="http://localhost/token"', "Bearer"]
)
async def test_a_password_is_never_given(server: RegistryServer, challenge: str) -> None:
    server.challenge = challenge
    with pytest.raises(WebError, match="without a password"):
        await seen(server, server.add_image("arm64"))
    assert {given for _, given in server.asked} == {""}


@pytest.mark.parametrize(
    "thing", [b"[]", b"no json", b"{}", {"config": {"digest": "../../x"}}, {"config": []}]
)
async def test_an_answer_that_is_none_is_told(server: RegistryServer, thing: object) -> None:
    with pytest.raises(WebError):
        await seen(server, server.add(thing))


async def test_an_answer_without_end_is_cut_off(server: RegistryServer) -> None:
    with pytest.raises(WebError, match="more than 4 MB"):
        await seen(server, server.add(b" " * 5_000_000))


async def test_a_registry_nobody_vouches_for_is_refused(
    server: RegistryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(WebError, match="not one that this computer trusts"):
        await seen(server, server.add_image("arm64"))
    assert server.asked == []
