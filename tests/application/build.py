"""Builds the application from a checkout as the builds in the account do, without Docker.

The fixes are applied by the builds' own program. The image becomes a virtual environment with the
application's requirements, and the page comes out of npm, as in the web page's build.
"""

import io
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from solarrally_tui.provisioning.deployment.builds.build_source import FIXES_VERSION

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "blueprints/build/source"


@dataclass(frozen=True)
class Built:
    """Where the parts of a build are."""

    commit: str
    backend: Path
    page: Path
    """The folder that would be published."""
    programs: Path
    """Of the virtual environment."""


def build(checkout: Path, target: Path, *, functions: bool = False) -> Built:
    """Build what HEAD of the checkout has. What is built already is taken as it is.

    functions: whether with what functions of AWS Lambda run, as for a site with that shape.
    """
    commit = _output("git", "-C", str(checkout), "rev-parse", "HEAD").strip()
    folder = target / f"{commit[:12]}-f{FIXES_VERSION}{'-functions' if functions else ''}"
    source, environment = folder / "source", folder / "venv"
    made = Built(commit, source / "backend", source / "frontend/dist", environment / "bin")
    if (folder / "done").exists():
        print(f"built already: {folder}")
        return made
    shutil.rmtree(folder, ignore_errors=True)
    source.mkdir(parents=True)
    packed = subprocess.run(
        ["git", "-C", str(checkout), "archive", "--format=tar", commit],
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        files.extractall(source, filter="data")
    for half in ("backend", "frontend", *(("functions",) if functions else ())):
        _run(sys.executable, "-m", "fixes", str(source), half, cwd=BUILD)
    _run(sys.executable, "-m", "venv", str(environment))
    requirements = str(source / "backend/requirements.txt")
    _run(str(made.programs / "pip"), "install", "-q", "-r", requirements)
    _run(str(made.programs / "python"), "-c", "import main", cwd=made.backend)
    _run("npm", "ci", "--no-audit", "--no-fund", cwd=source / "frontend")
    _run("npm", "run", "build", cwd=source / "frontend")
    (folder / "done").touch()
    return made


def _run(*words: str, cwd: Path | None = None) -> None:
    print(f"$ {' '.join(words)}", flush=True)
    subprocess.run(words, cwd=cwd, check=True)


def _output(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout
