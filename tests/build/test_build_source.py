"""The zip that a deployment uploads, its names, and the fixes on their own."""

import ast
import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from solarrally_tui.provisioning.deployment.builds import build_source
from tests.build.build_setup import HERE
from tests.build.fix_names import SOURCE, named_fixes

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def run_fixes(root: Path, half: str, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1"}
    program = [sys.executable, "-m", "fixes", str(root), half, *more]
    return subprocess.run(
        program, env=environment, cwd=root, check=False, text=True, capture_output=True
    )


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_zip_is_the_same_on_every_machine_and_day() -> None:
    first = build_source.archive()
    build_source.archive.cache_clear()
    assert build_source.archive() == first
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        names = packed.namelist()
        assert {i.date_time for i in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names == sorted(names)
    assert {"image.buildspec.yml", "frontend.buildspec.yml", "fixes/__main__.py"} <= set(names)
    assert not [n for n in names if "__pycache__" in n]


def test_names_say_what_is_inside() -> None:
    digest = hashlib.sha256(build_source.archive()).hexdigest()
    assert build_source.source_key() == f"build-source/{digest}.zip"
    version = build_source.FIXES_VERSION
    assert digest.startswith(version)
    assert build_source.image_tag(COMMIT, "arm64") == f"0123456789ab-f{version}-arm64"
    other = build_source.image_tag(COMMIT, "arm64", functions=True)
    assert other == f"0123456789ab-f{version}-arm64-functions"
    assert build_source.build_tag(COMMIT) == f"0123456789ab-f{version}"
    assert build_source.frontend_marker("tag") == "frontend/tag.json"
    assert build_source.frontend_folder("tag") == "frontend/tag/"


def test_every_fix_that_is_applied_is_printed(tmp_path: Path) -> None:
    printed = run_fixes(tmp_path, "backend").stdout + run_fixes(tmp_path, "frontend").stdout
    applied = [line.split(":")[0].removeprefix("fix ") for line in printed.splitlines()]
    assert [name for name, _ in named_fixes()] == applied
    assert len(applied) == 21
    assert all(why for _, why in named_fixes())


@pytest.mark.parametrize("half", ["backend", "frontend"])
def test_fixes_are_idempotent(tmp_path: Path, half: str) -> None:
    root = tmp_path / "source"
    shutil.copytree(HERE / "fixture", root)
    first = run_fixes(root, half)
    assert first.returncode == 0, first.stdout
    assert {line.split(": ")[1] for line in first.stdout.splitlines()} == {"applied"}
    fixed = snapshot(root)
    second = run_fixes(root, half)
    assert second.returncode == 0
    assert {line.split(": ")[1] for line in second.stdout.splitlines()} == {"already there"}
    assert snapshot(root) == fixed


def test_a_fix_that_nobody_needs_says_so(tmp_path: Path) -> None:
    root = tmp_path / "source"
    shutil.copytree(HERE / "fixture", root)
    database = root / "backend/db/database.py"
    database.write_text(database.read_text().replace("    echo=True,\n", ""))
    assert "fix sql-echo-off: not needed" in run_fixes(root, "backend").stdout


def test_every_mismatch_is_named_in_one_run(tmp_path: Path) -> None:
    response = run_fixes(tmp_path, "backend")
    assert response.returncode == 1
    assert response.stdout.count("the source no longer matches: backend") == 12


def test_a_wrong_half_is_a_usage_error(tmp_path: Path) -> None:
    response = run_fixes(tmp_path, "kitchen")
    assert response.returncode == 2
    assert "backend|frontend" in response.stderr


@pytest.mark.parametrize("half", ["backend", "frontend"])
def test_every_fix_fits_files_from_windows(tmp_path: Path, half: str) -> None:
    root = tmp_path / "source"
    shutil.copytree(HERE / "fixture", root)
    plain = run_fixes(root, half).stdout
    shutil.rmtree(root)
    shutil.copytree(HERE / "fixture", root)
    for file in (path for path in root.rglob("*") if path.is_file()):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert run_fixes(root, half).stdout == plain
    dockerfile = (root / "backend" / "Dockerfile.production").read_bytes()
    assert dockerfile.count(b"\n") == dockerfile.count(b"\r\n")


def test_line_ends_of_the_application_stay(tmp_path: Path) -> None:
    root = tmp_path / "source"
    shutil.copytree(HERE / "fixture", root)
    hook = root / "frontend/src/hooks/useWebSocket.tsx"
    hook.write_bytes(hook.read_bytes().replace(b"\n", b"\r\n"))
    assert run_fixes(root, "frontend").returncode == 0
    assert b"onmessage = (message) => { props.show(message.data) }\r\n" in hook.read_bytes()


@pytest.mark.parametrize("file", sorted(SOURCE.glob("fixes/*.py")), ids=lambda p: p.name)
def test_fixes_run_on_the_python_of_the_build_image(file: Path) -> None:
    # Amazon Linux 2023 brings Python 3.9; the fixes use the standard library only.
    tree = ast.parse(file.read_text(), feature_version=(3, 9))
    imported = {
        (n.module or "").split(".")[0]
        for n in ast.walk(tree)
        if isinstance(n, ast.ImportFrom) and n.level == 0
    } | {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert imported <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("script", sorted(SOURCE.glob("*.sh")), ids=lambda p: p.name)
def test_scripts_parse(script: Path) -> None:
    response = subprocess.run(["bash", "-n", str(script)], check=False, capture_output=True)
    assert response.returncode == 0, response.stderr
