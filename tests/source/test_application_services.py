"""The Application screen's real services, against a real Git server and a registry."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.site.model import DEFAULT_COMMIT, DEFAULT_REPOSITORY
from solarrally_tui.site.tiers import Architecture
from solarrally_tui.source import image_registry
from solarrally_tui.source.finding import Level
from solarrally_tui.source.reference import FetchError
from solarrally_tui.wizard.applications import EngineApplications
from tests.source.git_server import GitServer
from tests.source.registry_server import RegistryServer
from tests.source.source_setup import DEFECTS, Miniature, git


async def no_door(_: str | None) -> Any:
    return None


@pytest.fixture
def real() -> EngineApplications:
    return EngineApplications(no_door)


def test_the_default_commit_is_known_at_once(real: EngineApplications) -> None:
    found = real.known(DEFAULT_REPOSITORY, DEFAULT_COMMIT)
    assert found
    assert {each.id: each.level for each in found.findings} == DEFECTS
    assert real.known(DEFAULT_REPOSITORY, "0" * 40) is None


async def test_a_commit_is_fetched_once_a_session_and_again_on_request(
    real: EngineApplications, server: GitServer, miniature: Miniature
) -> None:
    found = await real.resolve(server.address(), "main")
    looked = await real.check(server.address(), found.commit)
    assert {each.id: each.level for each in looked.findings} == DEFECTS
    assert found.made
    assert looked.committed == found.made.date()
    asked = len(server.asked)
    assert await real.check(server.address(), found.commit) is looked
    assert real.known(server.address(), found.commit) is looked
    assert len(server.asked) == asked
    await real.check(server.address(), found.commit, fresh=True)
    assert len(server.asked) > asked


async def test_nothing_of_the_source_stays_on_the_disk(
    real: EngineApplications, server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    await real.check(server.address(), (await real.resolve(server.address(), "")).commit)
    assert list(place.iterdir()) == []


async def test_a_repository_of_something_else_is_told(
    real: EngineApplications, server: GitServer, miniature: Miniature
) -> None:
    for name in ("backend", "frontend"):
        shutil.rmtree(miniature.root / name)
    git(miniature.root, "commit", "-q", "-a", "-m", "Nothing left")
    git(miniature.root, "push", "-q", str(server.projects / "mini"), "main")
    found = await real.resolve(server.address(), "main")
    looked = await real.check(server.address(), found.commit)
    assert [(f.id, f.level) for f in looked.findings] == [("not-the-application", Level.BLOCKED)]
    assert "no folder backend or frontend" in looked.findings[0].what
    server.answer = 403
    with pytest.raises(FetchError, match="not public"):
        await real.resolve(server.address(), "main")


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistryServer]:
    serving = RegistryServer(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(serving.authority))
    addresses = {"images.example.com": serving.host}
    monkeypatch.setattr(image_registry, "ADDRESSES", addresses)
    yield serving
    serving.stop()


async def test_a_public_image_is_judged_for_the_tasks(
    real: EngineApplications, images: RegistryServer
) -> None:
    name = "images.example.com/owner/solarrally"
    right = images.add_image("arm64", Entrypoint=["/start.sh"])
    seen = await real.check_image("us-east-1", f"{name}@{right}", Architecture.ARM64)
    assert seen.line == "Found, for linux/arm64."
    assert [each.id for each in seen.findings] == ["image-entry-point"]
    wrong = await real.check_image("us-east-1", f"{name}@{right}", Architecture.X86_64)
    assert (wrong.findings[0].id, wrong.findings[0].level) == ("image-architecture", Level.BLOCKED)
    gone = await real.check_image("us-east-1", f"{name}@sha256:{'0' * 64}", Architecture.ARM64)
    assert [each.id for each in gone.findings] == ["image-absent"]
    images.status = 500
    dark = await real.check_image("us-east-1", f"{name}@{right}", Architecture.ARM64)
    assert [(f.id, f.level) for f in dark.findings] == [("image-unknown", Level.WARNING)]
