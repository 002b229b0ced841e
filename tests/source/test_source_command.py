"""The command: exit status, one JSON object, words for people, and the image's contract."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from source_bench import DEFECTS, Miniature
from test_source_findings import RIGHT

from solarrally_tui.source.task import task


def source(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "solarrally_tui", "source", *words],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_warnings_are_10_and_json_has_every_finding(miniature: Miniature) -> None:
    told = source("check", str(miniature.root), "--json")
    assert told.returncode == 10
    report = json.loads(told.stdout)
    assert (report["worst"], report["commit"]) == ("warning", None)
    assert {each["id"]: each["level"] for each in report["findings"]} == DEFECTS
    (fix,) = [each for each in report["findings"] if each["id"] == "sql-echo-off"]
    assert fix["fix"] == "sql-echo-off"
    assert fix["places"] == [{"file": "backend/db/database.py", "line": 8}]


def test_what_the_build_and_the_site_care_for_is_0(miniature: Miniature) -> None:
    for id_, alteration in RIGHT.items():
        if DEFECTS[id_] == "warning":
            miniature.alter(*alteration)
    told = source("check", str(miniature.root))
    assert told.returncode == 0
    assert told.stdout.rstrip().endswith("It runs.")
    assert "no fix" not in told.stdout


def test_what_cannot_run_is_11_and_comes_first(miniature: Miniature) -> None:
    miniature.remove("backend/Dockerfile.production")
    told = source("check", str(miniature.root))
    assert told.returncode == 11
    assert told.stdout.startswith("Cannot run (1)\n  dockerfile: ")
    assert "where: backend/Dockerfile.production" in told.stdout
    assert told.stdout.rstrip().endswith("It cannot run as it is.")


def test_people_read_calm_sentences(miniature: Miniature) -> None:
    told = source("check", str(miniature.root)).stdout
    assert "done: The build's fix jwt-strategy corrects it." in told
    assert "\N{EM DASH}" not in told
    assert "!" not in told


@pytest.mark.parametrize(
    "words", [("check",), ("check", "http://example.com/a"), ("check", "/nowhere"), ()]
)
def test_wrong_use_is_2(words: tuple[str, ...]) -> None:
    told = source(*words)
    assert (told.returncode, told.stdout) == (2, "")
    assert "Traceback" not in told.stderr


def test_a_reference_goes_with_an_address_only(miniature: Miniature) -> None:
    told = source("check", str(miniature.root), "--ref", "main")
    assert told.returncode == 2
    assert "--ref goes with an address" in told.stderr


def test_what_cannot_be_fetched_is_12() -> None:
    told = source("check", "https://localhost:1/a/b")
    assert told.returncode == 12
    assert "cannot be reached" in told.stderr


def test_a_folder_with_nothing_in_it_is_2(tmp_path: Path) -> None:
    assert source("check", str(tmp_path)).returncode == 2


def test_the_images_contract_is_what_a_task_does() -> None:
    told = source("image")
    assert told.returncode == 0
    assert " ".join(task().command) in told.stdout
    for name in (*task().variables, *task().secrets):
        assert name in told.stdout
    assert "DATABASE_URL" in task().variables
    assert "JWT_SECRET_KEY" in task().secrets
    assert f"port {task().port}" in told.stdout
