"""Image mode, end to end on the embedded account: from source to an image and back."""

import hashlib
import json
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.site.model import Site
from tests.provisioning.engine_setup import deployed, site_named

INDEX = "application/vnd.oci.image.index.v1+json"
NAME = "given-image"


async def pushed(door: Door, *processors: str) -> str:
    """Push an index of images to a repository of the account; return the reference."""
    platforms = [{"os": "linux", "architecture": processor} for processor in processors]
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": [{"mediaType": "x", "platform": platform} for platform in platforms],
        }
    )
    created = await door.call("ecr", "describe_repositories")
    known = {r["repositoryName"]: r["repositoryUri"] for r in created["repositories"]}
    if "team/solarrally" not in known:
        response = await door.call("ecr", "create_repository", repositoryName="team/solarrally")
        known["team/solarrally"] = response["repository"]["repositoryUri"]
    await door.call(
        "ecr",
        "put_image",
        repositoryName="team/solarrally",
        imageManifest=manifest,
        imageManifestMediaType=INDEX,
        imageTag="-".join(processors),
    )
    return f"{known['team/solarrally']}@sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"


def with_image(image: str, **more: Any) -> Site:
    return site_named(NAME, application={"image": image}, **more)


async def images(door: Door, outcome: Outcome) -> dict[str, str]:
    response = await door.call(
        "ecs",
        "describe_task_definition",
        taskDefinition=outcome.outputs["app"]["TaskDefinitionArn"],
    )
    containers = response["taskDefinition"]["containerDefinitions"]
    return {container["name"]: container["image"] for container in containers}


async def builds(door: Door, outcome: Outcome) -> int:
    project = outcome.outputs["build"]["ImageProjectName"]
    response = await door.call("codebuild", "list_builds_for_project", projectName=project)
    return len(response["ids"])


async def pulls(door: Door, outcome: Outcome) -> list[str]:
    """Return the repositories that the execution role may pull from."""
    task = outcome.outputs["app"]["TaskDefinitionArn"]
    response = await door.call("ecs", "describe_task_definition", taskDefinition=task)
    role = response["taskDefinition"]["executionRoleArn"].rpartition("/")[2]
    policy = await door.call("iam", "get_role_policy", RoleName=role, PolicyName="start-tasks")
    found = [s for s in policy["PolicyDocument"]["Statement"] if s["Sid"] == "PullTheImages"]
    resources: list[str] = found[0]["Resource"]
    return resources


@pytest.mark.torture
async def test_from_source_to_an_image_and_back(own_door: Door, own_owner: Door) -> None:
    image = await pushed(own_owner, "amd64", "arm64")
    first, _ = await deployed(site_named(NAME), own_door)
    assert first.exit_code is Exit.OK, first.cause
    built = (await images(own_owner, first))["backend"]
    assert await builds(own_owner, first) == 1

    given, heard = await deployed(with_image(image), own_door)
    assert given.exit_code is Exit.OK, given.cause
    assert (await images(own_owner, given))["backend"] == image
    assert (await images(own_owner, given))["broker"] == (await images(own_owner, first))["broker"]
    assert await builds(own_owner, given) == 1
    states = heard.states()
    assert {states["image-build"], states["frontend-build"], states["data"]} == {State.UNCHANGED}
    assert any(arn.endswith(":repository/team/solarrally") for arn in await pulls(own_owner, given))

    again, heard = await deployed(with_image(image), own_door)
    assert (again.exit_code, again.changed) == (Exit.OK, False)

    back, heard = await deployed(site_named(NAME), own_door)
    assert back.exit_code is Exit.OK, back.cause
    assert (await images(own_owner, back))["backend"] == built
    assert not any("team/solarrally" in arn for arn in await pulls(own_owner, back))
    assert await builds(own_owner, back) == 1


async def test_a_new_site_with_a_public_image_builds_the_page_and_mirrors_the_broker(
    own_door: Door,
    own_owner: Door,
) -> None:
    public = f"registry.example.invalid/owner/solarrally@sha256:{'ab' * 32}"
    outcome, heard = await deployed(
        site_named("public-image", application={"image": public}), own_door
    )
    assert outcome.exit_code is Exit.OK, outcome.cause
    assert (await images(own_owner, outcome))["backend"] == public
    built = outcome.outputs["build"]
    there = await own_owner.call("ecr", "list_images", repositoryName=built["AppRepositoryName"])
    assert there["imageIds"] == []
    assert heard.states()["frontend-build"] is State.DONE
    warned = [
        event.reason for event in heard.of("account") if "could not be checked" in event.reason
    ]
    assert len(warned) == 1
    assert len(await pulls(own_owner, outcome)) == 1


async def test_an_image_for_another_processor_is_refused_before_anything_is_created(
    own_door: Door,
    own_owner: Door,
) -> None:
    image = await pushed(own_owner, "amd64")
    site = site_named("wrong-image", application={"image": image})
    outcome, heard = await deployed(site, own_door)
    assert outcome.exit_code is Exit.REFUSED
    assert outcome.cause
    assert "linux/amd64" in outcome.cause.why
    assert heard.last("record").state is State.WAITING


async def test_an_image_that_is_not_there_is_refused(own_door: Door, own_owner: Door) -> None:
    image = await pushed(own_owner, "arm64")
    gone = image[: image.rindex(":")] + ":" + "0" * 64
    outcome, _ = await deployed(site_named("gone-image", application={"image": gone}), own_door)
    assert outcome.exit_code is Exit.REFUSED
    assert outcome.cause
    assert "does not exist" in outcome.cause.why
