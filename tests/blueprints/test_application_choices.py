"""What the answers about the application make of the app stack."""

from typing import Any

import pytest

from tests.blueprints import blueprint_setup
from tests.blueprints.blueprint_setup import DIGEST, FACTS, deployed, example

PUBLIC = f"ghcr.io/owner/team/solarrally@sha256:{DIGEST}"


def resources(**application: str) -> dict[str, Any]:
    found: dict[str, Any] = deployed(example("small", {"application": application}))["app"]
    return dict(found["Resources"])


def administrator(made: dict[str, Any]) -> str:
    (container,) = made["AdministratorTask"]["Properties"]["ContainerDefinitions"]
    given = {each["Name"]: each["Value"] for each in container["Environment"]}
    return str(given["ADMIN_EMAIL"])


def pulled(made: dict[str, Any]) -> list[Any]:
    """Return the repositories that a task may pull images from."""
    (policy,) = made["ExecutionRole"]["Properties"]["Policies"]
    (found,) = [
        each for each in policy["PolicyDocument"]["Statement"] if each["Sid"] == "PullTheImages"
    ]
    return list(found["Resource"])


def test_the_administrator_is_who_gets_the_alerts_or_somebody_else() -> None:
    assert administrator(resources()) == "ops@example.com"
    assert administrator(resources(admin_email="chief@example.com")) == "chief@example.com"


@pytest.mark.parametrize("account", ["123456789012", "999988887777"])
def test_a_task_may_pull_exactly_its_two_repositories(
    monkeypatch: pytest.MonkeyPatch, account: str
) -> None:
    arn = f"arn:aws:ecr:eu-west-1:{account}:repository/team/solarrally"
    monkeypatch.setattr(blueprint_setup, "FACTS", FACTS | {"AppRepositoryArn": arn})
    broker = "arn:aws:ecr:us-east-1:123456789012:repository/broker"
    assert pulled(resources()) == [arn, broker]


def test_a_public_image_needs_no_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = FACTS | {"AppRepositoryArn": "", "AppImage": PUBLIC}
    monkeypatch.setattr(blueprint_setup, "FACTS", facts)
    made = resources()
    assert pulled(made) == ["arn:aws:ecr:us-east-1:123456789012:repository/broker"]
    containers = made["TaskDefinition"]["Properties"]["ContainerDefinitions"]
    images = {each["Name"]: each["Image"] for each in containers}
    assert images["backend"] == PUBLIC
