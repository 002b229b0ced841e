"""Stands in for docker, npm, aws, curl and git (which goes on to the real one) in the build.

Every call is appended to STUB_STATE/calls. STUB_FAIL holds the start of command lines that fail,
one a line, optionally followed by `=> what the command prints`. What a command would have made in
the account is kept below STUB_STATE.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

STATE = Path(os.environ["STUB_STATE"])
NOT_FOUND = "An error occurred (404) when calling the HeadObject operation: Not Found"


def after(arguments: list[str], option: str) -> str:
    return arguments[arguments.index(option) + 1]


def slug(name: str) -> str:
    return name.replace("/", "_")


def git(arguments: list[str]) -> int:
    return subprocess.run([os.environ["STUB_GIT"], *arguments], check=False).returncode


def curl(arguments: list[str]) -> int:
    shutil.copy(os.environ["STUB_PEM"], after(arguments, "-o"))
    return 0


def npm(arguments: list[str]) -> int:
    if arguments[0] == "ci":
        Path("node_modules").mkdir()
        return 0
    sources = "".join(p.read_text() for p in sorted(Path("src").rglob("*.ts*")))
    name = f"index-{hashlib.sha256(sources.encode()).hexdigest()[:8]}.js"
    Path("dist/assets").mkdir(parents=True)
    Path("dist/assets", name).write_text(sources)
    Path("dist/sun.svg").write_text("<svg/>")
    Path("dist/index.html").write_text(f'<script src="/assets/{name}"></script>')
    return 0


def docker(arguments: list[str]) -> int:
    images = STATE / "images"
    images.mkdir(exist_ok=True)
    match arguments[0]:
        case "login":
            return 0 if sys.stdin.read() == "a-password\n" else 1
        case "pull":
            (images / slug(arguments[-1])).mkdir(exist_ok=True)
        case "tag":
            (images / slug(arguments[1])).rename(images / slug(arguments[2]))
        case "build":
            shutil.copytree(arguments[-1], images / slug(after(arguments, "--tag")))
        case "run":
            image = images / slug(arguments[4])
            program = [sys.executable, *arguments[6:]]
            paths = {"PYTHONPATH": os.environ["STUB_LIBRARIES"], "PYTHONDONTWRITEBYTECODE": "1"}
            return subprocess.run(program, cwd=image, env=paths, check=False).returncode
        case "push":
            (STATE / "registry").mkdir(exist_ok=True)
            pushed = arguments[1].partition("/")[2]
            (images / slug(arguments[1])).rename(STATE / "registry" / slug(pushed))
    return 0


def bucket_path(address: str) -> Path:
    return STATE / "s3" / address.removeprefix("s3://")


def copy(arguments: list[str]) -> int:
    source, target = Path(arguments[-2]), bucket_path(arguments[-1])
    if "--recursive" in arguments:
        left_out = [arguments[i + 1] for i, a in enumerate(arguments) if a == "--exclude"]
        for file in sorted(p for p in source.rglob("*") if p.is_file()):
            name = file.relative_to(source)
            if not any(name.match(pattern) for pattern in left_out):
                put(file, target / name, arguments)
        return 0
    put(source, target, arguments)
    return 0


def put(source: Path, target: Path, arguments: list[str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
    tag = after(arguments, "--metadata") if "--metadata" in arguments else "="
    Path(f"{target}.tag").write_text(tag.partition("=")[2])
    with (STATE / "published").open("a") as log:
        cache = after(arguments, "--cache-control") if "--cache-control" in arguments else ""
        log.write(f"{target.relative_to(STATE / 's3')} {cache}\n")


def aws(arguments: list[str]) -> int:
    match arguments[:2]:
        case ["ecr", "describe-images"]:
            tag = after(arguments, "--image-ids").removeprefix("imageTag=")
            name = slug(f"{after(arguments, '--repository-name')}:{tag}")
            if not (STATE / "registry" / name).exists():
                print("An error occurred (ImageNotFoundException)", file=sys.stderr)
                return 254
        case ["ecr", "get-login-password"]:
            print("a-password")
        case ["s3api", "head-object"]:
            path = bucket_path(f"{after(arguments, '--bucket')}/{after(arguments, '--key')}")
            if not path.exists():
                print(NOT_FOUND, file=sys.stderr)
                return 254
            print(Path(f"{path}.tag").read_text())
        case ["s3", "cp"]:
            return copy(arguments)
    return 0


def main() -> int:
    command, *arguments = sys.argv[1:]
    line = " ".join([command, *arguments])
    with (STATE / "calls").open("a") as log:
        log.write(line + "\n")
    for failing in os.environ.get("STUB_FAIL", "").splitlines():
        start, _, words = failing.partition(" => ")
        if line.startswith(start):
            print(words or f"{start} was told to fail", file=sys.stderr)
            return 254
    commands = {"git": git, "curl": curl, "npm": npm, "docker": docker, "aws": aws}
    return commands[command](arguments)


if __name__ == "__main__":
    sys.exit(main())
