"""What the answers about the application make of the app stack."""

from dataclasses import replace
from typing import Any

import pytest

from solarrally_tui.stacks.facts import Images
from tests.blueprints.blueprint_setup import deployed, example
from tests.stacks.facts_setup import DIGEST, FACTS

PUBLIC = f"ghcr.io/owner/team/solarrally@sha256:{DIGEST}"


def resources(*, images: Images | None = FACTS.images, **application: str) -> dict[str, Any]:
    site, facts = example("small", {"application": application}), replace(FACTS, images=images)
    return dict(deployed(site, facts)["app"]["Resources"])


def with_app(image: str, repository_arn: str) -> Images:
    assert FACTS.images
    return replace(FACTS.images, app=image, app_repository_arn=repository_arn)


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
def test_a_task_may_pull_exactly_its_two_repositories(account: str) -> None:
    arn = f"arn:aws:ecr:eu-west-1:{account}:repository/team/solarrally"
    broker = "arn:aws:ecr:us-east-1:123456789012:repository/broker"
    assert pulled(resources(images=with_app(PUBLIC, arn))) == [arn, broker]


def test_a_public_image_needs_no_permission() -> None:
    made = resources(images=with_app(PUBLIC, ""))
    assert pulled(made) == ["arn:aws:ecr:us-east-1:123456789012:repository/broker"]
    containers = made["TaskDefinition"]["Properties"]["ContainerDefinitions"]
    images = {each["Name"]: each["Image"] for each in containers}
    assert images["backend"] == PUBLIC
