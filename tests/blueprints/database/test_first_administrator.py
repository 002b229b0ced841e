"""The one-off task's program, with its environment, against a real PostgreSQL over verified TLS."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.blueprints.blueprint_setup import deployed, example
from tests.blueprints.database.postgres_setup import HOST, OWNER, Server, server

APPLICATION = Path(__file__).parent / "small_app"
EMAIL = "Ops@Example.com"
PASSWORD = "first-Passw0rd-of-the-site"
COLUMNS = "email, hashed_password, is_active, is_superuser, is_verified, name"
IS_RIGHT = """
import sys
from fastapi_users.password import PasswordHelper
print(PasswordHelper().verify_and_update(sys.argv[1], sys.argv[2])[0])
"""


def container() -> dict[str, Any]:
    task = deployed(example("small", {}))["app"]["Resources"]["AdministratorTask"]["Properties"]
    (found,) = task["ContainerDefinitions"]
    return dict(found)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as made:
        made.sql(f"ALTER ROLE {OWNER} PASSWORD 'of-the-database';")
        yield made


@pytest.fixture
def database(running: Server) -> Server:
    """The server with nothing in its database."""
    running.sql(
        f"\\c {OWNER}\nDROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION {OWNER};"
    )
    return running


def run_program(database: Server, password: str = PASSWORD) -> "subprocess.CompletedProcess[str]":
    """Run the container's program as ECS does: its variables, and its secrets beside them."""
    given = {each["Name"]: str(each["Value"]) for each in container()["Environment"]}
    secrets = {"PGUSER": OWNER, "PGPASSWORD": "of-the-database", "ADMIN_PASSWORD": password}
    assert {each["Name"] for each in container()["Secrets"]} == set(secrets)
    assert given["PGSSLMODE"] == "verify-full"
    here = {
        "PGHOST": HOST,
        "PGPORT": str(database.port),
        "PGDATABASE": OWNER,
        "PGSSLROOTCERT": str(database.ca_file),
        "HOME": "/nonexistent",
        "ADMIN_EMAIL": EMAIL,
    }
    assert here.keys() <= given.keys()
    assert container()["EntryPoint"] == ["python", "-c"]
    return subprocess.run(
        [sys.executable, "-c", *container()["Command"]],
        cwd=APPLICATION,
        env=given | here | secrets,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def users(database: Server) -> list[list[str]]:
    query = f"SELECT {COLUMNS} FROM users JOIN roles ON roles.id = role_id ORDER BY email"
    told = subprocess.run(
        [*database.psql(), "-d", OWNER, "-A", "-t", "-F", " ", "-c", query],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [line.split(" ") for line in told.stdout.splitlines()]


def is_right(password: str, hashed: str) -> bool:
    told = subprocess.run(
        [sys.executable, "-c", IS_RIGHT, password, hashed],
        cwd=APPLICATION,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return told.stdout.strip() == "True"


def test_the_administrator_is_made_once(database: Server) -> None:
    first = run_program(database)
    assert first.returncode == 0, first.stderr
    assert first.stdout.endswith("administrator: is made\n")
    ((email, hashed, *flags, role),) = users(database)
    assert (email, flags, role) == (EMAIL.lower(), ["t", "t", "t"], "admin")
    assert is_right(PASSWORD, hashed)
    assert not is_right("other", hashed)
    # Whatever the secret says by then: the password is the administrator's own from now on.
    second = run_program(database, "another-Passw0rd")
    assert (second.returncode, second.stdout.splitlines()[-1]) == (0, "administrator: is there")
    assert users(database) == [[email, hashed, *flags, role]]
    for told in (first, second):
        assert PASSWORD not in told.stdout + told.stderr
        assert "of-the-database" not in told.stdout + told.stderr


def test_whoever_registered_with_the_address_is_not_promoted(database: Server) -> None:
    assert run_program(database).returncode == 0
    database.sql(
        f"\\c {OWNER}\nUPDATE users SET email = 'oPS@example.com', role_id = 3, "
        "is_superuser = false, hashed_password = 'theirs';"
    )
    ended = run_program(database)
    assert ended.returncode == 3
    assert ended.stdout.endswith("administrator: exists with another role\n")
    assert users(database) == [["oPS@example.com", "theirs", "t", "f", "t", "user"]]


def test_a_database_out_of_reach_is_an_error(database: Server) -> None:
    database.stop()
    ended = run_program(database)
    assert ended.returncode == 1
    assert "ConnectionRefusedError" in ended.stderr
    database.start()
