"""Builds that walk through their phases and leave images and a page behind."""

import hashlib
import json
from typing import Any

import pytest

from tests.simulator.simulator_setup import IsolatedAccount, control, role_of, until

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PHASES = [
    "SUBMITTED",
    "QUEUED",
    "PROVISIONING",
    "DOWNLOAD_SOURCE",
    "INSTALL",
    "PRE_BUILD",
    "BUILD",
    "POST_BUILD",
    "UPLOAD_ARTIFACTS",
    "FINALIZING",
    "COMPLETED",
]


def project(aws: IsolatedAccount) -> None:
    aws.client("codebuild").create_project(
        name="pr",
        source={"type": "NO_SOURCE", "buildspec": "version: 0.2"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "ARM_CONTAINER",
            "image": "aws/codebuild/amazonlinux-aarch64-standard:3.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=role_of(aws, "codebuild.amazonaws.com"),
        logsConfig={"cloudWatchLogs": {"status": "ENABLED", "groupName": "builds"}},
    )


def built(aws: IsolatedAccount, **variables: str) -> dict[str, Any]:
    codebuild = aws.client("codebuild")
    started = codebuild.start_build(
        projectName="pr",
        environmentVariablesOverride=[
            {"name": name, "value": value, "type": "PLAINTEXT"} for name, value in variables.items()
        ],
    )["build"]
    assert started["buildStatus"] == "IN_PROGRESS"

    def ended() -> dict[str, Any] | None:
        build = codebuild.batch_get_builds(ids=[started["id"]])["builds"][0]
        return build if build["buildStatus"] != "IN_PROGRESS" else None

    build: dict[str, Any] = until(ended)
    return build


def log(aws: IsolatedAccount, build: dict[str, Any]) -> str:
    found = aws.client("logs").get_log_events(
        logGroupName=build["logs"]["groupName"], logStreamName=build["logs"]["streamName"]
    )
    return "".join(event["message"] for event in found["events"])


@pytest.fixture
def images(aws: IsolatedAccount) -> dict[str, str]:
    project(aws)
    uris = [
        aws.client("ecr").create_repository(repositoryName=name)["repository"]["repositoryUri"]
        for name in ("app", "broker")
    ]
    return {
        "SOURCE_REPOSITORY": "https://example.com/app.git",
        "SOURCE_COMMIT": COMMIT,
        "IMAGE_REPOSITORY_URI": uris[0],
        "IMAGE_TAG": "t1",
        "BROKER_REPOSITORY_URI": uris[1],
        "BROKER_SOURCE_IMAGE": "eclipse-mosquitto:2.0.22",
        "BROKER_TAG": "b1",
        "ARCHITECTURE": "arm64",
    }


def test_an_image_build(aws: IsolatedAccount, images: dict[str, str]) -> None:
    build = built(aws, **images)
    assert build["buildStatus"] == "SUCCEEDED"
    assert [phase["phaseType"] for phase in build["phases"]] == PHASES
    ecr = aws.client("ecr")
    for name, tag in (("app", "t1"), ("broker", "b1")):
        [image] = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageTag": tag}])["images"]
        digest = hashlib.sha256(image["imageManifest"].encode()).hexdigest()
        assert image["imageId"]["imageDigest"] == f"sha256:{digest}"
    assert "simulated build" in log(aws, build)
    again = built(aws, **images)
    assert "nothing to build" in log(aws, again)


def test_a_page_build(aws: IsolatedAccount) -> None:
    project(aws)
    s3 = aws.client("s3")
    bucket = f"art-{aws.number}"
    s3.create_bucket(Bucket=bucket)
    source = {"SOURCE_REPOSITORY": "https://example.com/app.git", "SOURCE_COMMIT": COMMIT}
    build = built(aws, BUILD_TAG="t1", ARTIFACT_BUCKET=bucket, **source)
    assert build["buildStatus"] == "SUCCEEDED"
    page = s3.get_object(Bucket=bucket, Key="frontend/t1/index.html")
    assert page["Metadata"] == {"build-tag": "t1"}
    assert b"imulated" in page["Body"].read()
    marker = s3.get_object(Bucket=bucket, Key="frontend/t1.json")["Body"]
    assert json.load(marker)["commit"] == COMMIT


def test_a_named_phase_fails(aws: IsolatedAccount, images: dict[str, str]) -> None:
    fault = {
        "kind": "build",
        "target": "image/BUILD",
        "message": "solarrally: failed: npm",
        "times": 1,
    }
    control(aws.account, "POST", "faults", fault)
    build = built(aws, **images)
    assert build["buildStatus"] == "FAILED"
    [failed] = [p for p in build["phases"] if p.get("phaseStatus") == "FAILED"]
    assert failed["phaseType"] == "BUILD"
    assert "solarrally: failed: npm" in failed["contexts"][0]["message"]
    assert "solarrally: failed: npm" in log(aws, build)
    assert not aws.client("ecr").list_images(repositoryName="app")["imageIds"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"IMAGE_TAG": ""}, "without IMAGE_TAG"),
        ({"SOURCE_COMMIT": "main"}, "must be a full commit id"),
        ({"IMAGE_REPOSITORY_URI": "x/nowhere"}, "does not exist"),
    ],
)
def test_wrong_variables_fail_the_build(
    aws: IsolatedAccount, images: dict[str, str], change: dict[str, str], words: str
) -> None:
    build = built(aws, **images | change)
    assert build["buildStatus"] == "FAILED"
    assert words in log(aws, build)
