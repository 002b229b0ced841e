"""A bench that runs a build spec as CodeBuild does, from the very zip that a deployment uploads."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import certifi
import yaml

from solarrally_tui.provisioning.deployment.builds import build_source

HERE = Path(__file__).parent
REGISTRY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com"
STUBBED = ("git", "docker", "npm", "aws", "curl")


@dataclass
class Bench:
    """One CodeBuild and the account around it, both below `folder`."""

    folder: Path
    architecture: str = "arm64"
    log: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.state.mkdir()
        shutil.copytree(HERE / "fixture", self.source)
        self.git("init", "-q", "-b", "main")
        self.commit = self.save()
        programs = self.folder / "bin"
        programs.mkdir()
        for name in STUBBED:
            program = programs / name
            program.write_text(
                f'#!/bin/sh\nexec "{sys.executable}" "{HERE}/build_stub.py" {name} "$@"\n'
            )
            program.chmod(0o755)

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def source(self) -> Path:
        return self.folder / "repository"

    @property
    def image_tag(self) -> str:
        return build_source.image_tag(self.commit, self.architecture)

    @property
    def build_tag(self) -> str:
        return build_source.build_tag(self.commit)

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=Fixture", "-c", "user.email=fixture@example.com")
        response = subprocess.run(
            ["git", *identity, *arguments],
            cwd=self.source,
            check=True,
            capture_output=True,
            text=True,
        )
        return response.stdout.strip()

    def save(self) -> str:
        """Commit the fixture as it is and pin the build to it."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "State")
        self.commit = self.git("rev-parse", "HEAD")
        return self.commit

    def alter(self, file: str, old: str, new: str) -> None:
        """Change one place of the application's source."""
        path = self.source / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        self.save()

    def environment(self, failing: str = "") -> dict[str, str]:
        return {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "RETRY_DELAY": "0",
            "SOURCE_REPOSITORY": f"file://{self.source}",
            "SOURCE_COMMIT": self.commit,
            "IMAGE_REPOSITORY_URI": f"{REGISTRY}/solarrally-test/app",
            "IMAGE_TAG": self.image_tag,
            "BROKER_REPOSITORY_URI": f"{REGISTRY}/solarrally-test/broker",
            "BROKER_SOURCE_IMAGE": build_source.BROKER_SOURCE_IMAGE,
            "BROKER_TAG": build_source.broker_tag(self.architecture),
            "ARCHITECTURE": self.architecture,
            "BUILD_TAG": self.build_tag,
            "ARTIFACT_BUCKET": "artefacts",
            "STUB_STATE": str(self.state),
            "STUB_FAIL": failing,
            "STUB_GIT": str(shutil.which("git")),
            "STUB_PEM": certifi.where(),
            "STUB_LIBRARIES": str(HERE / "libraries"),
            **self.extra,
        }

    def run(self, spec: str, failing: str = "") -> int:
        """Run the commands of one build spec; return the first exit status that is not 0."""
        place = self.folder / "codebuild"
        shutil.rmtree(place, ignore_errors=True)
        with zipfile.ZipFile(io.BytesIO(build_source.archive())) as packed:
            packed.extractall(place)
        phases = yaml.safe_load((place / spec).read_text())["phases"]
        commands = [c for phase in phases.values() for c in phase.get("commands", [])]
        environment, self.log = self.environment(failing), ""
        for command in commands:
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=place,
                env=environment,
                check=False,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            self.log += done.stdout
            if done.returncode:
                return done.returncode
        return 0

    def image(self) -> int:
        return self.run("image.buildspec.yml")

    def frontend(self) -> int:
        return self.run("frontend.buildspec.yml")

    def calls(self, start: str = "") -> list[str]:
        file = self.state / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        return [line for line in lines if line.startswith(start)]

    def forget_calls(self) -> None:
        (self.state / "calls").unlink()

    def registry(self) -> set[str]:
        folder = self.state / "registry"
        return {p.name for p in folder.iterdir()} if folder.exists() else set()

    def published(self) -> list[str]:
        file = self.state / "published"
        return file.read_text().splitlines() if file.exists() else []
