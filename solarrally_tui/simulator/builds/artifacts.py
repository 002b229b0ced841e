"""What a simulated build leaves behind: images in the registry, a page in the bucket.

Nothing is compiled. The image is a manifest with a real digest; the page says that it is simulated.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from solarrally_tui.simulator.builds.build_role import BuildError, BuildRole
from solarrally_tui.simulator.functions import images
from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.runtime import page

Say = Callable[[str], None]

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_PROGRAMS: Final = "functions/"
"""The folder of a build's source with the programs of functions."""


def produce(
    variables: Mapping[str, str], source: Mapping[str, Any], say: Say, role: BuildRole
) -> None:
    """Do in effect what the build spec does, and write its log with `say`.

    `variables` are the build's environment variables, `source` says where its files are. Raises
    BuildError when a variable is missing or wrong, or when AWS refuses a call.
    """
    say("solarrally: simulated build, nothing is compiled")
    commit = _required(variables, "SOURCE_COMMIT")
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        message = f"solarrally: failed: SOURCE_COMMIT must be a full commit id, not '{commit}'."
        raise BuildError(message)
    try:
        if "BUILD_TAG" in variables:
            _keep_page(variables, say, role)
        else:
            _push_images(variables, source, say, role)
    except ClientError as error:
        message = f"solarrally: failed: {error.response['Error'].get('Message', error)}"
        raise BuildError(message) from error


def _required(variables: Mapping[str, str], name: str) -> str:
    if not variables.get(name):
        message = f"solarrally: failed: the build was started without {name}."
        raise BuildError(message)
    return variables[name]


def _push_images(
    variables: Mapping[str, str], source: Mapping[str, Any], say: Say, role: BuildRole
) -> None:
    architecture = _required(variables, "ARCHITECTURE")
    mirrored = _required(variables, "BROKER_SOURCE_IMAGE")
    broker = (_required(variables, "BROKER_REPOSITORY_URI"), _required(variables, "BROKER_TAG"))
    _push(*broker, {images.CONTENT: f"{mirrored} {architecture}"}, say, role)
    if variables.get("GIVEN_IMAGE", "none") != "none":
        say(f"solarrally: the tasks run {variables['GIVEN_IMAGE']}, nothing to build")
        return
    image = (_required(variables, "IMAGE_REPOSITORY_URI"), _required(variables, "IMAGE_TAG"))
    origin = f"{_required(variables, 'SOURCE_REPOSITORY')}@{variables['SOURCE_COMMIT']}"
    notes = {images.CONTENT: f"{origin} {architecture}"}
    if variables.get("FUNCTIONS") == "true":
        notes[images.PROGRAMS] = images.zipped(_programs(source))
    _push(*image, notes, say, role)


def _programs(source: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the programs of functions in a build's source, by their paths in the image."""
    bucket, _, key = str(source["location"]).partition("/")
    body = api("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {
            name.removeprefix(_PROGRAMS): archive.read(name)
            for name in archive.namelist()
            if name.startswith(_PROGRAMS) and not name.endswith("/")
        }


def _push(uri: str, tag: str, notes: Mapping[str, str], say: Say, role: BuildRole) -> None:
    repository = uri.partition("/")[2]
    role.looks_for_image(repository)
    if _exists(repository, tag):
        say(f"solarrally: image {tag} is already in the registry, nothing to build")
        return
    content = " ".join(notes.values())
    digest = f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"
    config = "application/vnd.docker.container.image.v1+json"
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": {"mediaType": config, "size": len(content), "digest": digest},
        "layers": [],
        "annotations": dict(notes),
    }
    role.pushes_image(repository)
    api("ecr").put_image(
        repositoryName=repository,
        imageTag=tag,
        imageManifest=json.dumps(manifest, sort_keys=True),
        imageManifestMediaType=_MANIFEST,
    )
    say(f"solarrally: image pushed: {uri}:{tag}")


def _exists(repository: str, tag: str) -> bool:
    try:
        api("ecr").describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ImageNotFoundException":
            return False
        raise
    return True


def _keep_page(variables: Mapping[str, str], say: Say, role: BuildRole) -> None:
    tag, bucket = _required(variables, "BUILD_TAG"), _required(variables, "ARTIFACT_BUCKET")
    repository, commit = _required(variables, "SOURCE_REPOSITORY"), variables["SOURCE_COMMIT"]
    marker = {"build_tag": tag, "commit": commit, "repository": repository, "simulated": True}
    files = {
        f"{tag}/{page.SCRIPT_KEY}": ("text/javascript", page.script()),
        f"{tag}/index.html": ("text/html; charset=utf-8", page.html(repository, commit)),
        f"{tag}.json": ("application/json", json.dumps(marker)),
    }
    for name, (content_type, text) in files.items():
        key = f"frontend/{name}"
        role.writes_object(bucket, key)
        api("s3").put_object(
            Bucket=bucket,
            Key=key,
            Body=text.encode(),
            ContentType=content_type,
            CacheControl="no-cache",
            Metadata={"build-tag": tag},
        )
    say(f"solarrally: web page kept: {tag}")
