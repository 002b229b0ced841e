"""Reading packs that a hostile server might send: only words come of it, and within the limits."""

import contextlib
import hashlib
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from dulwich.objects import Blob, Commit, Tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solarrally_tui.source.git.pack import MOST_BYTES, PackError, read
from solarrally_tui.source.git.tree_files import commit_of, write
from tests.source.source_setup import git

COMMIT, TREE, BLOB, OFFSET_DELTA, REF_DELTA = 1, 2, 3, 6, 7


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


def packed(*objects: bytes) -> bytes:
    return signed(b"PACK" + struct.pack(">II", 2, len(objects)) + b"".join(objects))


def sevens(number: int) -> bytes:
    """A number as Git writes it: seven bits in each byte, the low ones first."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def one(kind: int, data: bytes, *, says: int = -1, base: bytes = b"") -> bytes:
    """An object of a pack. says: the size in its header, in place of the right one."""
    size = len(data) if says < 0 else says
    first, rest = kind << 4 | size & 15, size >> 4
    head = bytes([first | 128]) + sevens(rest) if rest else bytes([first])
    return head + base + zlib.compress(data)


def delta(before: int, after: int, *orders: bytes) -> bytes:
    return sevens(before) + sevens(after) + b"".join(orders)


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
        assert all(len(each.as_raw_string()) < 1_000_000 for each in found.values())


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_no_pack(junk: bytes) -> None:
    for bytes_ in (junk, signed(b"PACK\0\0\0\2\0\0\0\5" + junk)):
        with pytest.raises(PackError):
            read(bytes_)


@settings(max_examples=300)
@given(st.binary(max_size=60), st.integers(0, 300))
def test_any_delta_is_refused_or_applied_as_it_says(junk: bytes, after: int) -> None:
    base = b"some text"
    bytes_ = packed(one(BLOB, base), one(OFFSET_DELTA, delta(9, after, junk), base=b"\x12"))
    with contextlib.suppress(PackError):
        sizes = {len(each.as_raw_string()) for each in read(bytes_).values()}
        assert sizes <= {9, after}


def test_a_pack_of_git_is_read_whole(pack: bytes, tmp_path: Path) -> None:
    found = read(pack)
    (commit,) = [oid for oid, each in found.items() if isinstance(each, Commit)]
    assert write(found, commit_of(found, commit.decode()).tree, tmp_path) == 5
    assert (tmp_path / "file4").read_text().startswith("changed 0\nline 1 of")
    with pytest.raises(PackError, match="damaged"):
        read(pack[:-1] + b"x")


def test_an_object_is_known_by_its_content_and_by_nothing_else() -> None:
    assert list(read(packed(one(BLOB, b"text")))) == [Blob.from_string(b"text").id]


def test_a_delta_may_stand_before_its_base() -> None:
    base = Blob.from_string(b"some text")
    later = one(REF_DELTA, delta(9, 4, b"\x90\x04"), base=bytes.fromhex(base.id.decode()))
    found = read(packed(later, one(BLOB, b"some text")))
    assert {each.as_raw_string() for each in found.values()} == {b"some text", b"some"}


def test_a_delta_without_its_base_is_refused() -> None:
    with pytest.raises(PackError, match="damaged"):
        read(packed(one(REF_DELTA, delta(9, 4, b"\x90\x04"), base=bytes(20))))


def test_a_size_is_judged_before_anything_is_unpacked() -> None:
    """The header says more than is allowed; its content would not even be zlib's."""
    with pytest.raises(PackError, match="more than 200 MB"):
        read(packed(one(BLOB, b"", says=MOST_BYTES + 1)[:-8] + b"nonsense"))


@pytest.mark.parametrize("says", [0, 10, 100_001])
def test_an_object_that_is_larger_or_smaller_than_it_says_is_refused(says: int) -> None:
    with pytest.raises(PackError, match="damaged"):
        read(packed(one(BLOB, bytes(100_000), says=says)))


def test_many_small_objects_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solarrally_tui.source.git.pack.MOST_BYTES", 3_000_000)
    million = one(BLOB, bytes(1_000_000))
    assert len(read(packed(million, million, million))) == 1
    with pytest.raises(PackError, match="more than 3 MB"):
        read(packed(million, million, million, million))


def test_what_deltas_make_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few bytes that copy their base again and again."""
    monkeypatch.setattr("solarrally_tui.source.git.pack.MOST_BYTES", 3_000_000)
    base = one(BLOB, bytes(65_536))
    copies = one(OFFSET_DELTA, delta(65_536, 65_536 * 60, *[b"\x80"] * 60), base=sevens(len(base)))
    with pytest.raises(PackError, match="more than 3 MB"):
        read(packed(base, copies))


def test_more_objects_than_any_source_has_are_refused() -> None:
    with pytest.raises(PackError, match="more than 60000 objects"):
        read(signed(b"PACK" + struct.pack(">II", 2, 60_001)))


@pytest.mark.parametrize("data", [b"100644 a", b"100644 a\0short", b"\0" * 21, b"x\0" + b"1" * 20])
def test_a_folder_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(PackError):
        read(packed(one(TREE, data)))


@pytest.mark.parametrize(
    "data",
    [b"", b"tree x\ncommitter a <b> x y\n\n", b"\xff\n\n", b"tree \xff\n\n"],
)
def test_a_commit_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(PackError):
        read(packed(one(COMMIT, data)))


def test_an_object_of_another_kind_is_no_commit() -> None:
    found = read(packed(one(BLOB, b"text")))
    with pytest.raises(PackError, match="did not send the commit"):
        commit_of(found, next(iter(found)).decode())
    with pytest.raises(PackError, match="did not send the commit"):
        commit_of(found, "1" * 40)


@pytest.mark.parametrize("seconds", [b"99999999999999", b"9" * 30])
def test_a_date_beyond_the_calendar_is_unknown(seconds: bytes) -> None:
    who = b" a <b> " + seconds + b" +0000"
    found = read(
        packed(
            one(COMMIT, b"tree " + b"a" * 40 + b"\nauthor" + who + b"\ncommitter" + who + b"\n\n")
        )
    )
    assert commit_of(found, next(iter(found)).decode()).made is None


def test_a_name_that_stands_twice_is_written_once(tmp_path: Path) -> None:
    blob, folder = Blob.from_string(b"text"), Tree()
    twice = b"100644 a\0" + bytes(20) + b"40000 a\0" + bytes.fromhex(folder.id.decode())
    found = read(packed(one(TREE, twice), one(TREE, b""), one(BLOB, blob.data)))
    assert write(found, next(iter(found)), tmp_path) == 0
