"""The command: exit status, one JSON object, words for people, and the image's contract."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from solarrally_tui.site.files import load
from solarrally_tui.site.model import DEFAULT_COMMIT
from solarrally_tui.source.backend_task import task
from tests.source.git_server import GitServer
from tests.source.source_setup import DEFECTS, Miniature, git
from tests.source.test_source_findings import RIGHT


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
    assert fix["remedy"] == "SQL and password hashes stay out of the log."
    (hand,) = [each for each in report["findings"] if each["id"] == "health-blind"]
    assert hand["remedy"].startswith("no fix: ")
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
    assert told.stdout.startswith("✗ Cannot run (1)\n  dockerfile: ")
    assert "where: backend/Dockerfile.production" in told.stdout
    # How the last line is wrapped depends on how long the temporary folder's name is.
    assert " ".join(told.stdout.split()).endswith("It cannot run as it is.")


def test_people_read_calm_sentences(miniature: Miniature) -> None:
    told = source("check", str(miniature.root)).stdout
    assert "jwt-strategy: Signing in uses the class that the pinned library has." in told
    assert "without it: The pinned library has no JWTAuthentication." in told
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
    assert "--ref needs an https:// address" in told.stderr


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


def test_the_image_says_where_it_may_be_and_what_else_must_be_in_it() -> None:
    told = " ".join(source("image").stdout.split())
    assert "never by a tag" in told
    assert "ask for a password" in told
    for module in ("asyncpg", "paho-mqtt", "db.database", "models.user"):
        assert module in told


def test_the_commit_of_a_branch_is_found(server: GitServer, miniature: Miniature) -> None:
    head = git(miniature.root, "rev-parse", "HEAD")
    told = source("find", server.address(), "--ref", "main", "--json")
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert (found["commit"], found["ref"]) == (head, "main")
    assert source("find", server.address()).stdout.startswith(f"{head} main 20")
    missing = source("find", server.address(), "--ref", "nowhere")
    assert (missing.returncode, missing.stdout) == (12, "")
    assert "no branch or tag named nowhere" in missing.stderr


def init(folder: Path, ref: str, repository: str) -> "subprocess.CompletedProcess[str]":
    (folder / "given.toml").write_text(
        f'name = "barn"\n[alerts]\nemail = "a@example.com"\n'
        f'[application]\nrepository = "{repository}"\nref = "{ref}"\n'
    )
    words = ["init", "barn.toml", "--answers", "given.toml", "--defaults", "--force"]
    return subprocess.run(
        [sys.executable, "-m", "solarrally_tui", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
    )


def test_init_pins_the_commit_of_a_branch(
    server: GitServer, miniature: Miniature, tmp_path: Path
) -> None:
    head = git(miniature.root, "rev-parse", "HEAD")
    told = init(tmp_path, "main", server.address())
    assert f"main is now at {head}." in told.stderr
    made = load(tmp_path / "barn.toml").application
    assert (made.ref, made.commit) == ("main", head)
    told = init(tmp_path, "nowhere", server.address())
    assert "nowhere is left out; the commit stays as it is." in told.stderr
    made = load(tmp_path / "barn.toml").application
    assert (made.ref, made.commit) == ("", DEFAULT_COMMIT)
