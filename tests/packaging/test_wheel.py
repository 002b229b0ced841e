"""Wheel, source distribution and editable install: one top-level package, and the demo runs."""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is tracked and nothing else, so that a forgotten file shows."""
    source = tmp_path_factory.mktemp("source")
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    for name in filter(None, tracked.split("\0")):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
    return source


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build backend that pyproject.toml asks for, in a folder."""
    folder = tmp_path_factory.mktemp("backend")
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), *wanted]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def built(backend: Path, source: Path, out: Path, kind: str) -> Path:
    """Build a distribution as pip and build do; return its file."""
    out.mkdir(exist_ok=True)
    program = f"from setuptools import build_meta; build_meta.build_{kind}({str(out)!r})"
    environment = os.environ | {"PYTHONPATH": str(backend)}
    command = [sys.executable, "-c", program]
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)
    (made,) = out.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(backend: Path, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(backend, source, tmp_path_factory.mktemp("wheel"), "wheel")


def contents(wheel: Path) -> set[str]:
    """Return the files of a wheel without its metadata."""
    names = zipfile.ZipFile(wheel).namelist()
    return {name for name in names if ".dist-info" not in name.split("/")[0]}


def test_the_wheel_brings_one_top_level_package(wheel: Path) -> None:
    assert {name.split("/")[0] for name in contents(wheel)} == {"solarrally_tui"}


def test_the_source_distribution_builds_the_same_wheel(
    backend: Path, source: Path, wheel: Path, tmp_path: Path
) -> None:
    """Where it lost the links, the wheel would lack screens and blueprints."""
    packed = built(backend, source, tmp_path / "sdist", "sdist")
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert contents(built(backend, unpacked, tmp_path / "again", "wheel")) == contents(wheel)


def test_an_editable_install_leads_to_one_package_in_the_checkout(
    backend: Path, source: Path, tmp_path: Path
) -> None:
    editable, place = built(backend, source, tmp_path / "editable", "editable"), tmp_path / "site"
    with zipfile.ZipFile(editable) as archive:
        archive.extractall(place)
    program = (
        "import importlib.util as util, site, sys\n"
        "site.addsitedir(sys.argv[1])\n"
        "for name in sys.argv[2:]: print(getattr(util.find_spec(name), 'origin', None))"
    )
    ours = ("screens.frame", "blueprints.catalogue")
    names = (*(f"solarrally_tui.{name}" for name in ours), "screens", "tests")
    # Without this environment's site-packages, which lead to this checkout.
    command = [sys.executable, "-I", "-S", "-c", program, str(place), *names]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    package = source / "solarrally_tui"
    assert ended.stdout.splitlines() == [
        str(package / "screens" / "frame.py"),
        str(package / "blueprints" / "catalogue.py"),
        "None",
        "None",
    ]


def test_the_wheel_brings_every_source_file(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"solarrally_tui/{path.relative_to(base).as_posix()}"
        for folder, base in (
            ("solarrally_tui", ROOT / "solarrally_tui"),
            ("screens", ROOT),
            ("blueprints", ROOT),
        )
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected - packed == set()


@pytest.mark.timeout(180)
def test_the_demo_runs_from_the_wheel_outside_the_repository(wheel: Path, tmp_path: Path) -> None:
    installed, home = tmp_path / "installed", tmp_path / "home"
    home.mkdir()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--target",
            str(installed),
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    told = subprocess.run(
        [sys.executable, "-m", "solarrally_tui", "demo", "--speed", "instant"],
        env=kept | {"PYTHONPATH": str(installed), "HOME": str(home)},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "63 messages sent by 3 chargers, 63 counted" in told.stdout
    assert "Bridge certificate deactivated: 63 messages sent, 0 counted." in told.stdout
    assert "fail" not in told.stdout
    assert "[redacted]" not in told.stdout
