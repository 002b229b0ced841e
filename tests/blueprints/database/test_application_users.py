"""The programs of the one-off tasks that make and change users, with their environment, against a
real PostgreSQL over verified TLS."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.provisioning.operations.users_program import PROGRAM
from tests.blueprints.blueprint_setup import deployed, example
from tests.blueprints.database.postgres_setup import HOST, OWNER, Server, server
from tests.blueprints.tasks.task_setup import answer_address

APPLICATION = Path(__file__).parent / "small_app"
EMAIL = "Ops@Example.com"
PASSWORD = "first-Passw0rd-of-the-site"
COLUMNS = "email, hashed_password, is_active, is_superuser, is_verified, name"
IS_RIGHT = """
import sys
from fastapi_users.password import PasswordHelper
print(PasswordHelper().verify_and_update(sys.argv[1], sys.argv[2])[0])
"""


def container(task: str = "AdministratorTask") -> dict[str, Any]:
    properties = deployed(example("small", {}))["app"]["Resources"][task]["Properties"]
    (found,) = properties["ContainerDefinitions"]
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
    (program,) = container()["Command"]
    return run_task(
        database, "AdministratorTask", program, {"ADMIN_EMAIL": EMAIL}, ADMIN_PASSWORD=password
    )


def run_task(
    database: Server, task: str, program: str, variables: dict[str, str], **secret: str
) -> "subprocess.CompletedProcess[str]":
    """Run a program as ECS does: with the task's variables, and its secrets beside them."""
    given = {each["Name"]: str(each["Value"]) for each in container(task)["Environment"]}
    secrets = {"PGUSER": OWNER, "PGPASSWORD": "of-the-database"} | secret
    assert {each["Name"] for each in container(task)["Secrets"]} == set(secrets)
    assert given["PGSSLMODE"] == "verify-full"
    here = {
        "PGHOST": HOST,
        "PGPORT": str(database.port),
        "PGDATABASE": OWNER,
        "PGSSLROOTCERT": str(database.ca_file),
        "HOME": "/nonexistent",
    } | variables
    assert here.keys() <= given.keys()
    assert container(task)["EntryPoint"] == ["python", "-c"]
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=APPLICATION,
        env=given | here | secrets,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def users(database: Server) -> list[list[str]]:
    query = f"SELECT {COLUMNS} FROM users JOIN roles ON roles.id = role_id ORDER BY email"
    told = subprocess.run(
        [*database.psql(), "-d", OWNER, "-A", "-t", "-F", " ", "-c", query],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    return [line.split(" ") for line in told.stdout.splitlines()]


def ask(database: Server, **request: str) -> dict[str, Any]:
    """Run the program of `solarrally users` and return what it puts at the address."""
    with answer_address() as (address, answers):
        request["answer_to"] = address
        ended = run_task(database, "UsersTask", PROGRAM, {}, USERS_REQUEST=json.dumps(request))
    assert ended.returncode == 0, ended.stderr
    printed = ended.stdout + ended.stderr
    assert not {value for value in request.values() if value in printed}, printed
    return dict(json.loads(answers[0]))


def is_right(password: str, hashed: str) -> bool:
    told = subprocess.run(
        [sys.executable, "-c", IS_RIGHT, password, hashed],
        cwd=APPLICATION,
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
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


ANNE = {"email": "Anne@Example.com", "role": "operator", "password": "of-Anne-in-full"}


def test_users_are_listed_added_given_a_password_and_removed(database: Server) -> None:
    assert run_program(database).returncode == 0
    assert ask(database, action="add", **ANNE) == {}
    assert ask(database, action="add", **ANNE | {"email": "aNNE@example.com"}) == {
        "refused": "exists"
    }
    listed = ask(database, action="list")["users"]
    assert [(user["email"], user["role"], user["active"]) for user in listed] == [
        ("anne@example.com", "operator", True),
        (EMAIL.lower(), "admin", True),
    ]
    hashed = users(database)[0][1]
    assert is_right(ANNE["password"], hashed)
    database.sql(f"\\c {OWNER}\nUPDATE users SET is_active = false WHERE email LIKE 'anne%';")
    assert ask(database, action="reset-password", email=ANNE["email"], password="another one") == {}
    email, hashed, active, *_ = users(database)[0]
    assert (email, active, is_right("another one", hashed)) == ("anne@example.com", "t", True)


def test_a_user_with_sessions_is_removed_and_the_sessions_stay(database: Server) -> None:
    assert ask(database, action="add", **ANNE) == {}
    database.sql(
        f"\\c {OWNER}\nINSERT INTO charging_sessions (id, user_id) SELECT 's1', id FROM users;"
    )
    assert ask(database, action="remove", email=ANNE["email"]) == {}
    assert ask(database, action="remove", email=ANNE["email"]) == {"refused": "unknown"}
    assert users(database) == []
    database.sql(f"\\c {OWNER}\nUPDATE charging_sessions SET id = 's2' WHERE user_id IS NULL;")


def test_the_program_of_users_fits_into_the_overrides_of_a_task() -> None:
    """8,192 characters in all (ECS API reference, TaskOverride)."""
    assert len(PROGRAM) < 7_000
