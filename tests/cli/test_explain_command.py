"""`solarrally explain`: words from the command line, a pipe and files of other systems."""

import io
import json
from pathlib import Path

import pytest

from solarrally_tui.cli import main

BUILDS = "Cannot have more than 0 builds in queue for the account"


def explained(
    capsys: pytest.CaptureFixture[str], *words: str, given: bytes | None = None
) -> tuple[int, str, str]:
    """Run the command; return its status and what it printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given or b"")))
        with pytest.raises(SystemExit) as ended:
            main(["explain", *words])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def test_words_are_explained_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explained(capsys, BUILDS)
    assert status == 0
    assert "not released builds" in out
    for name in ("  Why:  ", "  Next: ", "  Kind: account-not-verified"):
        assert name in out


def test_words_are_explained_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explained(capsys, *BUILDS.split(), "--json")
    told = json.loads(out)
    assert status == 0
    assert told.keys() >= {"kind", "cause", "what", "why", "next"}
    assert (told["kind"], told["cause"]) == ("account-not-verified", "no-builds")


def test_other_words_are_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explained(capsys, "hello", "--json")
    assert status == 12
    assert json.loads(out)["kind"] == "unknown"
    status, out, _ = explained(capsys, "hello")
    assert status == 12
    assert "No reason is known" in out


@pytest.mark.parametrize("words", [["-"], []])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_standard_input_is_read_in_any_encoding(
    capsys: pytest.CaptureFixture[str], words: list[str], encoding: str
) -> None:
    status, out, _ = explained(capsys, *words, given=f"{BUILDS}\r\n".encode(encoding))
    assert status == 0
    assert "not released builds" in out


def test_what_is_no_text_at_all_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(capsys, "-", given=bytes(range(256)) * 9)[0] == 12
    status, _, err = explained(capsys, "-", given=b" \n")
    assert status == 2
    assert "--log FILE" in err


def test_a_log_is_read_by_the_rules_of_the_diagnosis(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = tmp_path / "backend.log"
    line = 'asyncpg.exceptions.InvalidPasswordError: password authentication failed for user "s"'
    log.write_bytes(f"INFO start\r\n{line}\r\n".encode("utf-16"))
    status, out, _ = explained(capsys, "--log", str(log), "--json")
    assert status == 0
    assert json.loads(out)["cause"] == "database-password"
    status, _, err = explained(capsys, "--log", str(tmp_path / "none.log"))
    assert status == 2
    assert "cannot be read" in err
