"""Fetching a repository over https: one commit, no questions, nothing run, an end in any case."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from solarrally_tui.source import fetch as fetching
from solarrally_tui.source.check import check
from solarrally_tui.source.fetch import fetch, find
from solarrally_tui.source.reference import AddressError, FetchError, is_address
from tests.source.git_server import GitServer
from tests.source.source_setup import DEFECTS, Miniature, git


def push(miniature: Miniature, server: GitServer, message: str) -> None:
    git(miniature.root, "add", "-A")
    git(miniature.root, "commit", "-q", "-m", message)
    git(miniature.root, "push", "-q", str(server.projects / "mini"), "main")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "fetched"
    made.mkdir()
    return made


async def test_the_newest_commit_is_fetched_and_checked(
    server: GitServer, folder: Path, miniature: Miniature
) -> None:
    found = await fetch(server.address(), "", folder)
    assert (found.commit, found.ref) == (git(miniature.root, "rev-parse", "HEAD"), "main")
    assert {each.id: each.level for each in check(folder).findings} == DEFECTS
    assert (folder / "backend" / "later.py").exists()


async def test_the_files_are_those_of_git(
    server: GitServer, folder: Path, miniature: Miniature
) -> None:
    """Many similar files of every size, packed by Git with deltas of both kinds."""
    for number in range(60):
        text = "".join(f"{line * number % 97} of many lines\n" for line in range(40 * number))
        miniature.write(f"backend/deep/er/{number % 7}/file {number}.txt", text)
    (miniature.root / "backend" / "bytes").write_bytes(bytes(range(256)) * 300)
    push(miniature, server, "Many")
    git(server.projects / "mini", "repack", "-q", "-a", "-d", "--depth=40", "--window=40")
    await fetch(server.address(), "", folder)
    tracked = git(miniature.root, "-c", "core.quotePath=off", "ls-files").splitlines()
    assert len(tracked) > 60
    fetched = {p.relative_to(folder).as_posix(): p.read_bytes() for p in files(folder)}
    assert fetched == {name: (miniature.root / name).read_bytes() for name in tracked}


async def test_large_files_are_left_out(
    server: GitServer, folder: Path, miniature: Miniature
) -> None:
    (miniature.root / "video.bin").write_bytes(os.urandom(1_200_000))
    push(miniature, server, "Video")
    await fetch(server.address(), "", folder)
    assert not (folder / "video.bin").exists()
    git(server.projects / "mini", "config", "uploadpack.allowFilter", "false")
    again = folder.parent / "again"
    again.mkdir()
    await fetch(server.address(), "", again)
    assert not (again / "video.bin").exists()
    assert (again / "backend" / "main.py").exists()


async def test_a_branch_a_tag_and_a_commit_can_be_named(
    server: GitServer, folder: Path, miniature: Miniature, tmp_path: Path
) -> None:
    first = git(miniature.root, "rev-parse", "v1")
    assert (await fetch(server.address(), "v1", folder)).commit == first
    assert not (folder / "backend" / "later.py").exists()
    (tmp_path / "again").mkdir()
    assert (await fetch(server.address(), first, tmp_path / "again")).ref == ""


async def test_what_a_reference_means_is_found_with_its_date(
    server: GitServer, miniature: Miniature
) -> None:
    head = git(miniature.root, "rev-parse", "HEAD")
    for ref, name in (("", "main"), ("main", "main"), ("v1", "v1"), (head, "")):
        found = await find(server.address(), ref)
        assert found.commit == git(miniature.root, "rev-parse", f"{ref or 'HEAD'}^{{commit}}")
        assert found.ref == name
        told = git(miniature.root, "show", "-s", "--format=%ct", found.commit)
        assert found.made
        assert found.made.timestamp() == int(told)
    asked = sum("git-upload-pack" in each for each in server.asked)
    assert asked < 20


async def test_an_annotated_tag_means_the_commit_behind_it(
    server: GitServer, miniature: Miniature
) -> None:
    git(miniature.root, "tag", "-a", "v2", "-m", "Second")
    git(miniature.root, "push", "-q", str(server.projects / "mini"), "v2")
    found = await find(server.address(), "v2")
    assert found.commit == git(miniature.root, "rev-parse", "HEAD")


async def test_a_server_of_the_old_protocol_is_read_too(
    server: GitServer, folder: Path, miniature: Miniature
) -> None:
    git(server.projects / "mini", "config", "protocol.version", "0")
    server.old = True
    git(miniature.root, "tag", "-a", "v2", "-m", "Second")
    git(miniature.root, "push", "-q", str(server.projects / "mini"), "v2")
    head = git(miniature.root, "rev-parse", "HEAD")
    for ref, name in (("", "main"), ("main", "main"), ("v2", "v2")):
        found = await find(server.address(), ref)
        assert (found.commit, found.ref) == (head, name)
    await fetch(server.address(), "", folder)
    assert (folder / "backend" / "later.py").exists()


async def test_a_date_is_not_worth_fetching_all_files(
    server: GitServer, miniature: Miniature
) -> None:
    git(server.projects / "mini", "config", "uploadpack.allowFilter", "false")
    (miniature.root / "backend" / "bytes").write_bytes(os.urandom(200_000))
    push(miniature, server, "Bytes")
    found = await find(server.address(), "")
    assert (found.commit, found.made) == (git(miniature.root, "rev-parse", "HEAD"), None)


async def test_git_is_not_needed(server: GitServer, folder: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; "
        "from solarrally_tui.source.fetch import fetch; "
        "asyncio.run(fetch(sys.argv[1], '', Path(sys.argv[2])))"
    )
    nowhere = os.environ | {"PATH": os.fspath(folder)}
    words = [sys.executable, "-c", program, server.address(), str(folder)]
    assert subprocess.call(words, env=nowhere) == 0  # noqa: ASYNC221
    assert (folder / "backend" / "main.py").exists()


async def test_links_in_the_source_become_plain_files(
    server: GitServer, folder: Path, miniature: Miniature
) -> None:
    (miniature.root / "backend" / "passwords").symlink_to("/etc/passwd")
    push(miniature, server, "Link")
    await fetch(server.address(), "", folder)
    assert not (folder / "backend" / "passwords").is_symlink()
    assert (folder / "backend" / "passwords").read_text() == "/etc/passwd"


@pytest.mark.parametrize("name", ["..", ".git", ".GIT", "a/../../b", "GIT~1", "a\\b", "c:d"])
async def test_a_tree_that_leads_out_of_the_folder_is_refused(
    server: GitServer, folder: Path, miniature: Miniature, name: str
) -> None:
    """Git itself makes no such tree, so it is written by hand."""
    blob = git(miniature.root, "rev-parse", "HEAD:backend/main.py")
    entry = b"100644 " + name.encode() + b"\0" + bytes.fromhex(blob)
    words = ["git", "hash-object", "-t", "tree", "-w", "--stdin", "--literally"]
    bare = server.projects / "mini"
    tree = subprocess.check_output(words, cwd=bare, input=entry)  # noqa: ASYNC221
    commit = git(bare, "commit-tree", "-m", "Out", tree.decode().strip())
    git(bare, "update-ref", "refs/heads/out", commit)
    with pytest.raises(FetchError, match="not allowed"):
        await fetch(server.address(), "out", folder)
    assert [p.name for p in files(folder.parent) if p.name == "b"] == []
    assert files(folder) == []


async def test_an_unknown_reference_is_told(server: GitServer, folder: Path) -> None:
    with pytest.raises(FetchError, match="no branch or tag named nowhere"):
        await fetch(server.address(), "nowhere", folder)
    with pytest.raises(FetchError, match="does not have this commit"):
        await find(server.address(), "1" * 40)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_private_repository_says_what_can_be_done(
    server: GitServer, folder: Path, status: int
) -> None:
    server.answer = status
    with pytest.raises(FetchError, match=r"not public.*build an image yourself"):
        await fetch(server.address(), "", folder)


async def test_a_page_that_is_no_repository_is_told(server: GitServer, folder: Path) -> None:
    server.instead = (b"text/html", b"<p>Hello</p>")
    with pytest.raises(FetchError, match="no Git repository"):
        await find(server.address(), "")


async def test_a_damaged_pack_is_refused(server: GitServer, folder: Path) -> None:
    server.spoil = True
    with pytest.raises(FetchError, match=r"damaged|not one of Git"):
        await fetch(server.address(), "main", folder)
    assert files(folder) == []


async def test_an_answer_without_end_is_cut_off(
    server: GitServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("solarrally_tui.source.fetch.MOST_BYTES", 3_000)
    with pytest.raises(FetchError, match="more than"):
        await fetch(server.address(), "", folder)


async def test_a_bomb_is_not_unpacked(
    server: GitServer, folder: Path, miniature: Miniature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("solarrally_tui.source.git.pack.MOST_BYTES", 200_000)
    (miniature.root / "backend" / "zeros").write_bytes(bytes(900_000))
    push(miniature, server, "Zeros")
    with pytest.raises(FetchError, match="more than"):
        await fetch(server.address(), "", folder)
    assert files(folder) == []


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: GitServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(FetchError, match="not one that this computer trusts"):
        await fetch(server.address(), "", folder)
    assert server.asked == []


async def test_a_silent_server_is_given_up(server: GitServer, folder: Path) -> None:
    server.silent.set()
    begin = time.monotonic()
    with pytest.raises(FetchError, match="did not arrive within 1 seconds"):
        await fetch(server.address(), "", folder, limit=1.0)
    assert time.monotonic() - begin < 60


async def test_a_redirect_is_followed_to_https_only(server: GitServer, folder: Path) -> None:
    server.moved = server.address()
    assert (await find(server.address("elsewhere"), "main")).ref == "main"
    server.moved = server.address().replace("https://", "http://")
    with pytest.raises(FetchError, match="without HTTPS"):
        await find(server.address("elsewhere"), "main")


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
async def test_other_addresses_are_refused_before_anything_runs(address: str, folder: Path) -> None:
    for question in (fetch(address, "", folder), find(address, "")):
        with pytest.raises(AddressError):
            await question
    assert list(folder.iterdir()) == []


async def test_a_token_in_the_address_is_repeated_nowhere(folder: Path) -> None:
    with pytest.raises(AddressError, match="The address holds a user name") as caught:
        await fetch("https://ops:ghp_S3cret@github.com/o/r", "", folder)
    assert "ghp_S3cret" not in str(caught.value)


async def test_a_branch_has_any_name_that_git_allows(
    server: GitServer, folder: Path, miniature: Miniature
) -> None:
    name = "feature/f\u00fcr@2"
    git(miniature.root, "push", "-q", str(server.projects / "mini"), f"main:refs/heads/{name}")
    assert (await find(server.address(), name)).ref == name


@pytest.mark.parametrize("ref", ["--upload-pack=x", "a..b", "a b", "a:b", "^a", "+a:b", "@{1}"])
async def test_references_that_are_more_than_a_name_are_refused(ref: str, folder: Path) -> None:
    with pytest.raises(AddressError, match="not a branch, tag or commit"):
        await fetch("https://example.com/a/b", ref, folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "is_one"),
    [
        ("https://a/b", True),
        ("git@a.b:c/d", True),
        ("ops:token@a.b/c/d", True),
        ("token@a.b/c/d", True),
        ("ssh://a/b", True),
        (".", False),
        ("../source", False),
        ("/srv/source", False),
        ("C:/source", False),
    ],
)
def test_folders_and_addresses_are_told_apart(place: str, is_one: bool) -> None:
    assert is_address(place) is is_one


def test_the_limit_is_minutes_and_not_hours() -> None:
    assert 30 <= fetching.LIMIT_SECONDS <= 300
