"""What happened to a site, as Status tells it: in words, without ids, and how long it took."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solarrally_tui.deployed.run_lock import LastRun, Run
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.history import of_build, of_database, of_run, of_service, of_stack

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("has started 1 tasks: (task 81261783-3e1b).", "1 task started."),
        ("has stopped 1 running tasks: (task 1).", "1 task stopped."),
        ("has started 2 tasks: (task 1) (task 2).", "2 tasks started."),
        ("has started 11 tasks: (task 1).", "11 tasks started."),
        ("(deployment ecs-svc/12) deployment completed.", ""),
        ("has reached a steady state.", ""),
        (
            "registered 1 targets in (target-group arn:x)",
            "1 task gets requests from the load balancer.",
        ),
        (
            "(port 80) is unhealthy in (target-group arn) due to (reason Timeout).",
            "The service (port 80) is unhealthy in (target-group arn) due to (reason Timeout).",
        ),
    ],
)
def test_events_of_a_service_are_sentences_without_ids(said: str, told: str) -> None:
    assert of_service(f"(service app-Service) {said}") == told


def test_what_has_another_form_stays_as_it_is() -> None:
    assert of_service("Something else happened.") == "Something else happened."


def test_a_run_says_who_began_it_how_long_it_took_and_how_it_ended() -> None:
    run = Run("deploy", "arn:aws:sts::1:assumed-role/Admin/ops", "my laptop", 7, "", "t")
    begun = "2026-01-02 11:19 UTC"
    title = Run(run.command, run.by, run.host, run.process, begun, run.token).title
    (event,) = of_run(LastRun("t", title, "2026-01-02 12:00 UTC", 0, "The site is up."))
    assert (event.part, event.time, event.seconds) == ("Deployment", NOON, 41 * 60)
    assert event.text == "Begun by ops on my laptop. The site is up."
    (stopped,) = of_run(LastRun("t", title, "2026-01-02 12:00 UTC", 6, "It stopped."))
    assert stopped.severity is Severity.WARN
    assert of_run(LastRun("t", "written by nobody", "at some time", 0, "")) == []


@pytest.mark.parametrize(
    ("status", "ended", "told"),
    [
        ("CREATE_COMPLETE", True, ("Created.", Severity.OK, 90, True)),
        ("UPDATE_COMPLETE", True, ("Changed.", Severity.OK, 90, True)),
        (
            "UPDATE_ROLLBACK_COMPLETE",
            True,
            ("The last change of Database failed and was rolled back.", Severity.WARN, 90, True),
        ),
        (
            "CREATE_IN_PROGRESS",
            False,
            ("Database is being created.", Severity.WARN, None, False),
        ),
    ],
)
def test_a_part_says_how_its_last_change_ended(status: str, ended: bool, told: object) -> None:
    at = NOON + timedelta(seconds=90)
    event = of_stack("Database", status, NOON.isoformat(), at if ended else None)
    assert (event.text, event.severity, event.seconds, event.is_over) == told
    assert event.time == (at if ended else NOON)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("SUCCEEDED", "Built from commit 1a2b3c4d5e."),
        ("FAILED", "The build failed from commit 1a2b3c4d5e."),
        ("IN_PROGRESS", "Being built from commit 1a2b3c4d5e."),
    ],
)
def test_a_build_names_its_commit(status: str, said: str) -> None:
    variable = {"name": "SOURCE_COMMIT", "value": "1a2b3c4d5e6f7a8b"}
    build: dict[str, Any] = {"startTime": NOON, "buildStatus": status}
    assert of_build(build | {"environment": {"environmentVariables": [variable]}}, "x").text == said
    assert "commit" not in of_build(build, "x").text


def test_a_backup_is_one_thing_and_a_creation_is_told_elsewhere() -> None:
    ended = NOON + timedelta(minutes=3)
    backup, other, running = of_database(
        [
            (NOON - timedelta(hours=1), "DB instance created"),
            (ended, "Finished DB Instance backup"),
            (NOON, "Backing up DB instance"),
            (NOON + timedelta(hours=1), "Something that RDS has said since."),
            (NOON + timedelta(hours=2), "Backing up DB instance"),
        ]
    )
    assert (backup.text, backup.time, backup.seconds) == ("Backed up.", ended, 180)
    assert other.text == "Something that RDS has said since."
    assert (running.text, running.is_over) == ("Being backed up.", False)
