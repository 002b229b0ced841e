"""What must exist before a task starts: its images, its secrets, its database.

Each error is in the words that Amazon ECS or the container itself uses.
"""

import re
from collections.abc import Iterable, Mapping

from ministack.services import ecr, ecs, rds

from solarrally_tui.simulator.pins import Record, private, scoped

_images = private(ecr, "_images")
_resolve_container_secrets = private(ecs, "_resolve_container_secrets")
_SecretResolutionError = private(ecs, "_SecretResolutionError")
_instances = private(rds, "_instances")

_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<repository>[^@:]+)(?:@(?P<digest>sha256:[0-9a-f]+)|:(?P<tag>[^@]+))?$"
)
_ASM = "ResourceInitializationError: unable to pull secrets or registry auth: "


class CannotStartError(Exception):
    """A task cannot start; the message is ECS's stoppedReason."""


class UnhealthyError(Exception):
    """The health check of `container` fails; the message says what it found."""

    def __init__(self, container: str, message: str) -> None:
        super().__init__(message)
        self.container = container


class ContainerExitsError(Exception):
    """`container` ends with `exit_code` right after its start; the message says why."""

    def __init__(self, container: str, exit_code: int, message: str) -> None:
        super().__init__(message)
        self.container = container
        self.exit_code = exit_code


def check_images(definitions: Iterable[Record]) -> None:
    """Check that every image of this account's registry exists.

    Raises CannotStartError for the first one that is missing.
    """
    for definition in definitions:
        image = str(definition.get("image", ""))
        match = _ECR_IMAGE.match(image)
        if match and not _in_registry(match.groupdict()):
            raise CannotStartError(
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
                f"failed to resolve ref {image}: {image}: not found"
            )


def _in_registry(image: Mapping[str, str]) -> bool:
    key = (image["account"], image["region"], image["repository"])
    images = dict(scoped(_images)).get(key, [])
    if image["digest"]:
        return any(i["imageDigest"] == image["digest"] for i in images)
    return any((image["tag"] or "latest") in i.get("imageTags", []) for i in images)


def secrets_of(definition: Record) -> dict[str, str]:
    """Resolve a container's `secrets` in the account and Region of the present scope.

    Raises CannotStartError when a secret or its JSON key is missing.
    """
    try:
        return dict(_resolve_container_secrets(definition))
    except _SecretResolutionError as error:
        raise CannotStartError(
            f"{_ASM}execution resource retrieval failed: {error}: "
            "ResourceNotFoundException: Secrets Manager can't find the specified secret or key."
        ) from None


def check_database(container: str, environment: Mapping[str, str]) -> None:
    """Do what the application does first: open its database.

    Raises ContainerExitsError when there is no such database, it is not available, or it refuses
    the password.
    """
    host = environment.get("PGHOST")
    if not host:
        return
    instances = [
        i for _, i in scoped(_instances) if (i.get("Endpoint") or {}).get("Address") == host
    ]
    if not instances:
        raise ContainerExitsError(container, 3, f"could not translate host name {host} to address")
    available = [i for i in instances if i.get("DBInstanceStatus") == "available"]
    if not available:
        status = instances[0].get("DBInstanceStatus")
        raise ContainerExitsError(
            container, 3, f"connection to {host} refused: the database instance is {status}"
        )
    password = environment.get("PGPASSWORD")
    if all(i.get("_MasterUserPassword") != password for i in available):
        user = environment.get("PGUSER", "")
        raise ContainerExitsError(container, 3, f'password authentication failed for user "{user}"')
