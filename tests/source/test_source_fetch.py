"""Fetching a repository over https: one commit, no questions, nothing run, an end in any case."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from git_server import GitServer
from source_bench import DEFECTS, Miniature

from solarrally_tui.source import fetch as fetching
from solarrally_tui.source.check import check
from solarrally_tui.source.fetch import AddressError, FetchError, fetch, is_address


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=Mini", "-c", "user.email=mini@example.com")
    told = subprocess.run(
        ["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return told.stdout.strip()


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
    monkeypatch.setenv("GIT_SSL_CAINFO", str(serving.authority))
    yield serving
    serving.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "fetched"
    made.mkdir()
    return made


def test_the_newest_commit_is_fetched_and_checked(
    server: GitServer, folder: Path, miniature: Miniature
) -> None:
    commit = fetch(server.address(), "", folder)
    assert commit == git(miniature.root, "rev-parse", "HEAD")
    assert {each.id: each.level for each in check(folder).findings} == DEFECTS
    assert (folder / "backend" / "later.py").exists()


def test_only_one_commit_comes(server: GitServer, folder: Path) -> None:
    fetch(server.address(), "", folder)
    assert git(folder, "rev-list", "--count", "HEAD") == "1"


def test_a_tag_and_a_commit_can_be_named(
    server: GitServer, folder: Path, miniature: Miniature, tmp_path: Path
) -> None:
    first = git(miniature.root, "rev-parse", "v1")
    assert fetch(server.address(), "v1", folder) == first
    assert not (folder / "backend" / "later.py").exists()
    (tmp_path / "again").mkdir()
    assert fetch(server.address(), first, tmp_path / "again") == first


def test_no_hook_and_no_setting_of_this_computer_counts(
    server: GitServer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "template"
    (template / "hooks").mkdir(parents=True)
    hook = template / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    settings = tmp_path / "settings"
    settings.write_text(f"[init]\n templateDir = {template}\n[core]\n hooksPath = {hook.parent}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(template))
    fetch(server.address(), "", folder)
    assert not (tmp_path / "ran").exists()


def test_links_in_the_source_become_plain_files(
    server: GitServer, folder: Path, miniature: Miniature
) -> None:
    (miniature.root / "backend" / "passwords").symlink_to("/etc/passwd")
    git(miniature.root, "add", "-A")
    git(miniature.root, "commit", "-q", "-m", "Link")
    git(miniature.root, "push", "-q", str(server.projects / "mini"), "main")
    fetch(server.address(), "", folder)
    assert not (folder / "backend" / "passwords").is_symlink()
    assert (folder / "backend" / "passwords").read_text() == "/etc/passwd"


def test_an_unknown_reference_is_told(server: GitServer, folder: Path) -> None:
    with pytest.raises(FetchError, match="couldn't find remote ref nowhere"):
        fetch(server.address(), "nowhere", folder)


def test_a_closed_repository_asks_nobody_for_a_password(server: GitServer, folder: Path) -> None:
    server.answer = 401
    with pytest.raises(FetchError, match="could not read Username"):
        fetch(server.address(), "", folder)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: GitServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GIT_SSL_CAINFO")
    monkeypatch.setenv("GIT_SSL_NO_VERIFY", "true")
    with pytest.raises(FetchError, match="certificate"):
        fetch(server.address(), "", folder)
    assert server.asked == []


def test_a_silent_server_is_given_up(server: GitServer, folder: Path) -> None:
    server.silent.set()
    begin = time.monotonic()
    with pytest.raises(FetchError, match="did not arrive within 1 seconds"):
        fetch(server.address(), "", folder, limit=1.0)
    assert time.monotonic() - begin < 10
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert server.address() not in left.stdout


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/a/b",
        "file:///etc",
        "ssh://git@example.com/a/b",
        "git@example.com:a/b",
        "ext::sh -c touch% /tmp/x",
        "https://user:secret@example.com/a/b",
        "https://example.com/a/b?c=d",
        "https://example.com/a b",
        "--upload-pack=touch",
        "https://",
    ],
)
def test_other_addresses_are_refused_before_anything_runs(address: str, folder: Path) -> None:
    with pytest.raises(AddressError):
        fetch(address, "", folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("ref", ["--upload-pack=x", "a..b", "a b", "a:b", "^a", "+a:b", "@{1}"])
def test_references_that_are_more_than_a_name_are_refused(ref: str, folder: Path) -> None:
    with pytest.raises(AddressError, match="not a branch, tag or commit"):
        fetch("https://example.com/a/b", ref, folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "is_one"),
    [("https://a/b", True), ("git@a.b:c/d", True), ("ssh://a/b", True),
     (".", False), ("../source", False), ("/srv/source", False), ("C:/source", False)],
)  # fmt: skip
def test_folders_and_addresses_are_told_apart(place: str, is_one: bool) -> None:
    assert is_address(place) is is_one


def test_git_that_is_not_there_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.fspath(folder))
    with pytest.raises(FetchError, match="Git is not installed"):
        fetch("https://example.com/a/b", "", folder)


def test_the_limit_is_minutes_and_not_hours() -> None:
    assert 30 <= fetching.LIMIT_SECONDS <= 300
