"""What ECS says of a service, as Status tells it."""

import pytest

from solarrally_tui.health.events import of_service


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("has started 1 tasks: (task 81261783-3e1b).", "The service has started 1 task."),
        ("has stopped 1 running tasks: (task 1).", "The service has stopped 1 running task."),
        ("has started 2 tasks: (task 1) (task 2).", "The service has started 2 tasks."),
        ("has started 11 tasks: (task 1).", "The service has started 11 tasks."),
        ("(deployment ecs-svc/12) deployment completed.", "The service deployment completed."),
        ("has reached a steady state.", "The service has reached a steady state."),
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
