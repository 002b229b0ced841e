"""What must exist before a task starts: its images, its secrets, its database.

Each error is in the words that Amazon ECS or the container itself uses.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from ministack.services import ecr, ecs, rds, secretsmanager

from solarrally_tui.simulator.iam import operations
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iam.needs import Need
from solarrally_tui.simulator.iam.resource_names import Place
from solarrally_tui.simulator.iam.service_sessions import (
    DeniedError,
    NotAssumedError,
    RoleSession,
    assume,
)
from solarrally_tui.simulator.pins import Record, private, scoped

_images = private(ecr, "_images")
_resolve_container_secrets = private(ecs, "_resolve_container_secrets")
_resolve_secret_string = private(secretsmanager, "resolve_secret_string")
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


def execution_role(
    authorization: Authorization, definition: Record, task_arn: str
) -> RoleSession | None:
    """Return ECS at work with a task definition's execution role; None where it has none.

    Raises CannotStartError for a role that ECS may not assume.
    """
    role = definition.get("executionRoleArn")
    if not role:
        return None
    _, _, _, region, account, task = task_arn.split(":", 5)
    place = Place(account, region)
    session = task.rpartition("/")[2]
    source = place.arn(f"ecs:{region}:{account}:*")
    try:
        return assume(authorization, role, "ecs-tasks.amazonaws.com", session, place, source)
    except NotAssumedError:
        raise CannotStartError(
            f"ECS was unable to assume the role '{role}' that was provided for this task. Please "
            "verify that the role being passed has the proper trust relationship and permissions "
            "and that your IAM user has permissions to pass this role."
        ) from None


def check_images(definitions: Iterable[Record], role: RoleSession | None) -> None:
    """Check that every image of this account's registry exists, and that the role may pull it.

    Raises CannotStartError for the first one that is missing or refused.
    """
    for definition in definitions:
        image = str(definition.get("image", ""))
        match = _ECR_IMAGE.match(image)
        if match and role:
            _check_pull(role, match.groupdict())
        if match and not _in_registry(match.groupdict()):
            raise CannotStartError(
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
                f"failed to resolve ref {image}: {image}: not found"
            )


def _check_pull(role: RoleSession, image: Mapping[str, str]) -> None:
    repository = f"ecr:{image['region']}:{image['account']}:repository/{image['repository']}"
    try:
        role.on("*", ["ecr:GetAuthorizationToken"])
    except DeniedError as error:
        raise CannotStartError(
            f"{_ASM}execution resource retrieval failed: unable to retrieve ecr registry auth: "
            f"service call has been retried 1 time(s): AccessDeniedException: {error}"
        ) from None
    try:
        role.on(repository, ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
    except DeniedError as error:
        raise CannotStartError(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
            f"failed to resolve ref: unexpected status: 403 Forbidden: denied: {error}"
        ) from None


def _in_registry(image: Mapping[str, str]) -> bool:
    key = (image["account"], image["region"], image["repository"])
    images = dict(scoped(_images)).get(key, [])
    if image["digest"]:
        return any(i["imageDigest"] == image["digest"] for i in images)
    return any((image["tag"] or "latest") in i.get("imageTags", []) for i in images)


def secrets_of(definition: Record, role: RoleSession | None) -> dict[str, str]:
    """Resolve a container's `secrets` in the account and Region of the present scope.

    Raises CannotStartError when a secret or its JSON key is missing, or refused to the role.
    """
    try:
        if role:
            for each in definition.get("secrets") or ():
                role.check(*_reading(str(each["valueFrom"]), role.place))
    except DeniedError as error:
        raise CannotStartError(
            f"{_ASM}execution resource retrieval failed: unable to retrieve secret from asm: "
            f"service call has been retried 1 time(s): AccessDeniedException: {error}"
        ) from None
    try:
        staged = {
            str(each["name"]): _staged(str(each["valueFrom"]), stage)
            for each in definition.get("secrets") or ()
            if (stage := _stage(str(each["valueFrom"])))
        }
        rest = [s for s in definition.get("secrets") or () if s["name"] not in staged]
        return dict(_resolve_container_secrets(definition | {"secrets": rest})) | staged
    except _SecretResolutionError as error:
        raise CannotStartError(
            f"{_ASM}execution resource retrieval failed: {error}: "
            "ResourceNotFoundException: Secrets Manager can't find the specified secret or key."
        ) from None


def _stage(value_from: str) -> str:
    """Return the version stage that a reference names after ARN and JSON key; may be empty."""
    parts = value_from.split(":")
    return parts[8] if "secretsmanager" in value_from and len(parts) > 8 else ""


def _staged(value_from: str, stage: str) -> str:
    """Return the value of a secret at a version stage, which MiniStack's ECS does not look at."""
    value = _resolve_secret_string(":".join(value_from.split(":")[:7]), stage)
    if value is None:
        raise _SecretResolutionError(f"unable to retrieve secret {value_from}")
    return str(value)


def _reading(value_from: str, place: Place) -> Iterator[Need]:
    """Yield what reading a secret needs, by its ARN or name and, after that, a JSON key."""
    secret = ":".join(value_from.split(":")[:7])
    yield from operations.needed("secretsmanager", "GetSecretValue", {"SecretId": secret}, place)


def check_logs(definitions: Iterable[Record], role: RoleSession | None) -> None:
    """Check that the role may write the containers' logs. Raises CannotStartError."""
    for definition in definitions if role else ():
        options = (definition.get("logConfiguration") or {}).get("options") or {}
        group, prefix = options.get("awslogs-group"), options.get("awslogs-stream-prefix", "")
        if not group or role is None:
            continue
        stream = f"{prefix}/{definition['name']}/task"
        arn = f"logs:{{region}}:{{account}}:log-group:{group}:log-stream:{stream}"
        try:
            role.on(role.place.arn(arn), ["logs:CreateLogStream", "logs:PutLogEvents"])
        except DeniedError as error:
            raise CannotStartError(
                "ResourceInitializationError: failed to validate logger args: create stream has "
                f"been retried 1 times: failed to create Cloudwatch log stream: {error}"
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


def no_database(environment: Mapping[str, str]) -> str:
    """Return why a database does not open with these variables, as check_database tries it.

    Empty where it opens.
    """
    try:
        check_database("", environment)
    except ContainerExitsError as error:
        return str(error)
    return ""
