"""The image build: fixes, import check, push, mirror; skipping, failing by name."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.build.build_setup import HERE, Bench

BACKEND_FIXES = (
    "user-model-uuid",
    "jwt-strategy",
    "bcrypt-pin",
    "sql-echo-off",
    "dockerfile-base-images",
    "rds-ca-bundle",
    "dockerignore",
    "stale-connections",
    "emails-in-log",
    "conflicts-in-log",
    "user-with-sessions",
    "password-change",
    "site-facts",
    "prices-from-answers",
)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def imports(folder: Path) -> subprocess.CompletedProcess[str]:
    paths = {"PYTHONPATH": str(HERE / "libraries"), "PYTHONDONTWRITEBYTECODE": "1"}
    program = [sys.executable, "-c", "import main"]
    return subprocess.run(
        program, cwd=folder, env=paths, check=False, text=True, capture_output=True
    )


def test_fixture_has_the_defects(bench: Bench) -> None:
    assert imports(bench.source / "backend").returncode != 0


def test_first_run_fixes_builds_and_pushes(bench: Bench) -> None:
    assert bench.image() == 0, bench.log
    for name in BACKEND_FIXES:
        assert f"fix {name}: applied" in bench.log
    app = f"solarrally-test_app:{bench.image_tag}"
    assert bench.registry() == {app, "solarrally-test_broker:2.0.22-arm64"}
    docker = [line.split()[1] for line in bench.calls("docker")]
    assert docker == ["pull", "tag", "login", "push", "build", "run", "login", "push"]
    image = bench.state / "registry" / app
    dockerfile = (image / "Dockerfile.production").read_text()
    assert dockerfile.count("public.ecr.aws/docker/library/python:3.11-slim") == 2
    assert "COPY rds-ca.pem /app/rds-ca.pem" in dockerfile
    assert "BEGIN CERTIFICATE" in (image / "rds-ca.pem").read_text()
    assert "**/.env" in (image / ".dockerignore").read_text().splitlines()
    assert (image / "requirements.txt").read_text().splitlines()[-2:] == [
        "last-line-without-end==2.0  # note",
        "bcrypt==4.0.1",
    ]


@pytest.mark.parametrize(
    ("architecture", "platform"), [("arm64", "linux/arm64"), ("x86_64", "linux/amd64")]
)
def test_everything_is_for_the_architecture_of_the_task(
    tmp_path: Path, architecture: str, platform: str
) -> None:
    bench = Bench(tmp_path, architecture)
    assert bench.image() == 0, bench.log
    for call in (*bench.calls("docker pull"), *bench.calls("docker build")):
        assert f"--platform {platform} " in call
    assert bench.image_tag.endswith(architecture)


def test_second_run_changes_nothing(bench: Bench) -> None:
    assert bench.image() == 0
    before = bench.registry()
    bench.forget_calls()
    assert bench.image() == 0
    assert bench.log.count("nothing to") == 2
    assert bench.registry() == before
    assert bench.calls() == bench.calls("aws ecr describe-images")


def test_a_new_commit_builds_again_and_keeps_the_old_image(bench: Bench) -> None:
    assert bench.image() == 0
    bench.alter("backend/models/user.py", "B-17", "B-18")
    assert bench.image() == 0, bench.log
    assert len(bench.registry()) == 3


ALTERED = [
    ("user-model-uuid", "backend/models/user.py", "(SQLAlchemyBaseUserTable[UUID])", "(Base)"),
    ("jwt-strategy", "backend/utils/auth.py", 'tokenUrl="login"', 'path="login"'),
    ("bcrypt-pin", "backend/requirements.txt", "passlib[bcrypt]==1.7.4", "argon2-cffi==23.1"),
    ("sql-echo-off", "backend/db/database.py", "echo=True", 'echo="debug"'),
    ("dockerfile-base-images", "backend/Dockerfile.production", "python:3.11-slim AS", "$BASE AS"),
    ("rds-ca-bundle", "backend/Dockerfile.production", "COPY . .", "COPY src ."),
    ("stale-connections", "backend/db/database.py", "engine(", "engine(poolclass=Own, *"),
    ("emails-in-log", "backend/api/accounts.py", "{driver.email} is", "{names(email)} is"),
    ("conflicts-in-log", "backend/main.py", "app = FastAPI(title", "app = made(FastAPI, title"),
    ("user-with-sessions", "backend/api/accounts.py", "delete(user)", "delete(user, True)"),
    ("password-change", "backend/api/accounts.py", "for field, value in", "for item in"),
    ("site-facts", "backend/utils/websocket_manager.py", "broadcast_telemetry", "send"),
    ("site-facts", "backend/main.py", 'prefix="/api/v1"', 'prefix="/api/v2"'),
    ("prices-from-answers", "backend/models/prices.py", "_rate_per_kwh", "_price"),
]


@pytest.mark.parametrize(
    ("name", "file", "old", "new"), ALTERED, ids=[f"{a[0]}-{n}" for n, a in enumerate(ALTERED)]
)
def test_one_altered_line_fails_by_the_name_of_the_fix(
    bench: Bench, name: str, file: str, old: str, new: str
) -> None:
    bench.alter(file, old, new)
    assert bench.image() != 0
    assert f"fix {name}: the source no longer matches: " in bench.log
    assert bench.log.count("no longer matches") == 1
    assert not bench.calls("docker build")
    assert f"solarrally-test_app:{bench.image_tag}" not in bench.registry()


@pytest.mark.parametrize(
    "failing",
    [
        "git fetch\ngit -C",
        "curl",
        "docker pull",
        "docker build",
        "docker run",
        "docker push",
        "docker login",
        "aws ecr get-login-password",
        "aws ecr describe-images => An error occurred (AccessDeniedException)",
    ],
)
def test_a_failing_command_fails_the_build(bench: Bench, failing: str) -> None:
    assert bench.run("image.buildspec.yml", failing) != 0
    assert "solarrally: failed: " in bench.log or "was told to fail" in bench.log
    assert f"solarrally-test_app:{bench.image_tag}" not in bench.registry()


def test_a_network_step_is_tried_again(bench: Bench) -> None:
    assert bench.run("image.buildspec.yml", "docker pull") != 0
    assert len(bench.calls("docker pull")) == 4


def test_an_image_that_does_not_import_is_not_pushed(bench: Bench) -> None:
    bench.alter("backend/main.py", "NAMES", "import not_installed\nNAMES")
    assert bench.image() != 0
    assert "the backend does not import" in bench.log
    assert "not_installed" in bench.log
    assert len(bench.registry()) == 1


def test_a_page_instead_of_certificates_is_noticed(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>sorry</html>")
    bench.extra["STUB_PEM"] = str(tmp_path / "page.html")
    assert bench.image() != 0
    assert "is not a list of certificates" in bench.log
    assert not bench.calls("docker build")


def test_a_server_without_single_commits_is_cloned(bench: Bench) -> None:
    pinned = bench.commit
    bench.alter("backend/models/user.py", "B-17", "B-18")
    bench.commit = pinned
    place = bench.folder / "codebuild" / "work"
    assert bench.run("image.buildspec.yml", f"git -C {place} fetch") == 0, bench.log
    assert "cloning the whole repository" in bench.log
    image = bench.state / "registry" / f"solarrally-test_app:{bench.image_tag}"
    assert "B-17" in (image / "models/user.py").read_text()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SOURCE_COMMIT", "main", "must be a full commit id"),
        ("SOURCE_COMMIT", "0" * 40, "has no commit"),
        ("SOURCE_REPOSITORY", "ext::sh -c true", "must be an https address"),
        ("ARCHITECTURE", "sparc", "must be arm64 or x86_64"),
        ("IMAGE_TAG", "", "without IMAGE_TAG"),
    ],
)
def test_wrong_inputs_are_named(bench: Bench, name: str, value: str, words: str) -> None:
    bench.extra[name] = value
    assert bench.image() != 0
    assert words in bench.log
    assert not bench.calls("docker build")


def test_what_git_keeps_elsewhere_is_named(bench: Bench) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    (bench.source / "frontend" / "logo.png").write_text(pointer)
    bench.save()
    assert bench.image() != 0
    assert "does not fetch files from Git LFS: frontend/logo.png" in bench.log
    bench.git("update-index", "--add", "--cacheinfo", f"160000,{bench.commit},backend/lib")
    bench.git("commit", "-q", "-m", "Submodule")
    bench.commit = bench.git("rev-parse", "HEAD")
    assert bench.image() != 0
    assert "does not fetch submodules: backend/lib" in bench.log


def test_an_image_of_functions_has_their_programs_and_what_lambda_needs(bench: Bench) -> None:
    bench.extra["FUNCTIONS"] = "true"
    assert bench.image() == 0, bench.log
    for name in ("function-libraries", "function-programs"):
        assert f"fix {name}: applied" in bench.log
    image = bench.state / "registry" / f"solarrally-test_app:{bench.image_tag}"
    programs = sorted(path.name for path in (image / "solarrally_functions").glob("*.py"))
    assert programs == ["__init__.py", "api.py", "surroundings.py", "telemetry.py"]
    required = (image / "requirements.txt").read_text().splitlines()
    assert [line.partition("==")[0] for line in required[-3:]] == [
        "awslambdaric",
        "mangum",
        "boto3",
    ]
    tried = [line for line in bench.calls("docker") if " run " in line]
    assert len(tried) == 2
    assert "import awslambdaric, boto3, mangum" in tried[1]


def test_an_image_of_tasks_has_neither(bench: Bench) -> None:
    bench.extra["FUNCTIONS"] = "false"
    assert bench.image() == 0, bench.log
    image = bench.state / "registry" / f"solarrally-test_app:{bench.image_tag}"
    assert not (image / "solarrally_functions").exists()
    assert "awslambdaric" not in (image / "requirements.txt").read_text()
