"""The miniature, fresh for every test, and a Git server that has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.source.git_server import GitServer
from tests.source.source_setup import Miniature, git


@pytest.fixture
def miniature(tmp_path: Path) -> Miniature:
    return Miniature(tmp_path / "source")


@pytest.fixture
def server(
    miniature: Miniature, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GitServer]:
    root = miniature.root
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "First")
    git(root, "tag", "v1")
    (root / "backend" / "later.py").write_text("LATER = 1\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Second")
    projects = tmp_path / "projects"
    git(root, "clone", "-q", "--bare", str(root), str(projects / "mini"))
    # As GitHub does: any commit can be asked for by its id.
    git(projects / "mini", "config", "uploadpack.allowAnySHA1InWant", "true")
    serving = GitServer(projects, tmp_path)
    git(projects / "mini", "config", "uploadpack.allowFilter", "true")
    monkeypatch.setenv("SSL_CERT_FILE", str(serving.authority))
    yield serving
    serving.stop()
