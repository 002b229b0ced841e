"""Output in any encoding, closed, full, or left by its reader; HTML and Markdown lose nothing."""

import html
import os
import subprocess
import sys
from pathlib import Path

import pytest

from solarrally_tui.computer import streams
from solarrally_tui.findings.glyphs import SIGNS

ENCODINGS = ("ascii", "cp1252", "cp437", "cp850", "cp932", "koi8-r", "latin-1", "cp037")
NAME = "Łódź Żółw"


def solarrally(*words: str, encoding: str = "", **given: object) -> "subprocess.CompletedProcess":
    environment = os.environ | ({"PYTHONIOENCODING": encoding} if encoding else {})
    command = [sys.executable, "-m", "solarrally_tui", *words]
    asked = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    return subprocess.run(command, env=environment, check=False, **(asked | given))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_sign_has_a_likeness_of_one_column_that_is_not_the_unknown(encoding: str) -> None:
    for sign in SIGNS.values():
        written = sign.glyph.encode(encoding, "solarrally").decode(encoding)
        assert len(written) == 1
        assert (written == "?") == (sign.glyph == "?")
    assert NAME.encode("ascii", "solarrally") == b"Lodz Zolw"
    assert (
        "█░─│┌ … \N{EN DASH} “a” e\u0301 \u6771".encode("ascii", "solarrally")
        == b'#.-|+ . - "a" e ??'
    )


def test_what_no_encoding_has_is_written() -> None:
    assert "\udcff".encode("utf-8", "solarrally") == b"?"
    assert "✓".encode("utf-16-le", "solarrally").decode("utf-16-le") == "✓"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_table_is_printed_in_an_encoding_without_our_signs(encoding: str) -> None:
    told = solarrally("estimate", "--compare", encoding=encoding)
    assert (told.returncode, told.stderr) == (0, b"")
    assert "USD" in told.stdout.decode(encoding)


@pytest.mark.parametrize("form", ["html", "md"])
def test_a_quote_keeps_every_letter_of_a_name(form: str) -> None:
    told = solarrally("quote", "--customer", NAME, "--format", form, encoding="cp1252")
    assert told.returncode == 0
    assert told.stdout.isascii()
    assert NAME in html.unescape(told.stdout.decode("ascii"))


@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)])
def test_closed_streams_stop_nothing(closed: tuple[int, ...], tmp_path: Path) -> None:
    def close() -> None:
        for descriptor in closed:
            os.close(descriptor)

    path = tmp_path / "quote.md"
    told = solarrally("quote", "--customer", NAME, "--to", str(path), preexec_fn=close)
    assert told.returncode == 0
    assert NAME in path.read_text(encoding="utf-8")


def test_a_full_disk_behind_the_output_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        told = solarrally("estimate", stdout=full)
    assert told.returncode == 6
    assert told.stderr == b"The output could not be written: No space left on device.\n"


def test_a_reader_that_leaves_changes_no_exit_status() -> None:
    for words, status in ((("estimate",), 0), (("validate", "/proc/gone.toml"), 2)):
        command = f"{sys.executable} -m solarrally_tui {' '.join(words)} 2>&1 | head -c 1"
        told = subprocess.run(
            ["/bin/bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}"],
            check=False,
            capture_output=True,
        )
        assert (told.returncode, len(told.stdout), told.stderr) == (status, 1, b"")


def test_utf_8_is_known_by_its_names() -> None:
    class Stream:
        encoding = "UTF8"

    assert streams.is_utf8(Stream())  # type: ignore[arg-type]
    Stream.encoding = "cp1252"
    assert not streams.is_utf8(Stream())  # type: ignore[arg-type]
