"""Reading packs that a hostile server might send: only words come of it."""

import contextlib
import hashlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solarrally_tui.source.git.pack import PackError, read
from solarrally_tui.source.git.tree_files import commit_of, write
from solarrally_tui.source.git.wire import RepositoryError, _advertised, _packed, _packets, _ref
from tests.source.source_setup import git


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A pack of Git's own, with deltas."""
    root = tmp_path_factory.mktemp("repository")
    git(root, "init", "-q")
    lines = [f"line {number} of a file that hardly changes" for number in range(200)]
    for number in range(5):
        lines[number * 30] = f"changed {number}"
        (root / f"file{number}").write_text("\n".join(lines))
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "All")
    return subprocess.check_output(
        ["git", "pack-objects", "--all", "--stdout", "-q", "--delta-base-offset"],
        cwd=root,
        stdin=subprocess.DEVNULL,
    )


def signed(body: bytes) -> bytes:
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_pack_with_other_bytes_is_refused_or_read(
    pack: bytes, changes: list[tuple[float, int]]
) -> None:
    body = bytearray(pack[:-20])
    for where, value in changes:
        body[int(where * (len(body) - 1))] = value
    with contextlib.suppress(PackError):
        found = read(signed(bytes(body)))
        assert all(len(each.data) < 1_000_000 for each in found.values())


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_no_pack(junk: bytes) -> None:
    with pytest.raises(PackError):
        read(signed(b"PACK\0\0\0\2\0\0\0\5" + junk))
    with contextlib.suppress(RepositoryError):
        list(_packets(junk))
    with pytest.raises(RepositoryError):
        _packed(junk)
    with contextlib.suppress(RepositoryError):
        _ref(junk)
        list(_advertised([junk]))


def test_a_pack_of_git_is_read_whole(pack: bytes, tmp_path: Path) -> None:
    found = read(pack)
    (commit,) = [oid for oid, each in found.items() if each.kind == "commit"]
    assert write(found, commit_of(found, commit).tree, tmp_path) == 5
    assert (tmp_path / "file4").read_text().startswith("changed 0\nline 1 of")
    with pytest.raises(PackError, match="arrived damaged"):
        read(pack[:-1] + b"x")


@pytest.mark.parametrize("data", [b"100644 a", b"100644 a\0short", b"\0" * 21, b"x\0" + b"1" * 20])
def test_a_folder_that_cannot_be_read_is_told(data: bytes, tmp_path: Path) -> None:
    from solarrally_tui.source.git.pack import Object

    with pytest.raises(PackError):
        write({"t": Object("tree", data)}, "t", tmp_path)
    assert list(tmp_path.iterdir()) == []
