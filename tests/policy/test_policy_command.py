"""The command: files that IAM takes, one JSON object, words for people, and usage errors."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def policy(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "solarrally_tui", "policy", *words],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_the_service_role_is_written_as_files(tmp_path: Path) -> None:
    told = policy("service-role", "--site", "sunny-garage", "--out", str(tmp_path / "new"))
    assert told.returncode == 0
    files = {path.name for path in (tmp_path / "new").iterdir()}
    assert {Path(line).name for line in told.stdout.splitlines()} == files
    assert "solarrally-sunny-garage-cloudformation-1.json" in files
    trust = json.loads((tmp_path / "new" / "trust.json").read_text())
    assert trust["Statement"][0]["Principal"] == {"Service": "cloudformation.amazonaws.com"}
    for path in (tmp_path / "new").glob("solarrally-*.json"):
        assert json.loads(path.read_text())["Version"] == "2012-10-17"
    assert "why: AWS does not allow" in (tmp_path / "new" / "service-role.txt").read_text()


def test_json_is_one_object_with_reasons() -> None:
    told = json.loads(policy("deploy", "--json").stdout)
    assert (told["kind"], told["trust"], told["role"]) == ("deploy", None, None)
    for each in told["policies"]:
        stars = [s["Sid"] for s in each["document"]["Statement"] if s["Resource"] == "*"]
        assert set(stars) <= each["reasons"].keys()


def test_people_see_what_why_and_where() -> None:
    told = policy("support", "--site", "sunny-garage", "--account", "123456789012").stdout
    assert "arn:aws:cloudformation:*:123456789012:stack/solarrally-sunny-garage-app/*" in told
    assert "characters" in told
    assert "!" not in told


@pytest.mark.parametrize(
    "words",
    [
        ("deploy", "--site", "Not A Site"),
        ("deploy", "--site", "a" * 21),
        ("deploy", "--account", "12"),
        ("everything",),
        (),
    ],
)
def test_wrong_use_is_refused(words: tuple[str, ...]) -> None:
    told = policy(*words)
    assert (told.returncode, told.stdout) == (2, "")
    assert "Traceback" not in told.stderr


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = policy("support", "--out", str(tmp_path / "file"))
    assert told.returncode == 2
    assert "cannot be written" in " ".join(told.stderr.split())
