"""What a build may do with the role of its project."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.simulator.iam.service_sessions import DeniedError, RoleSession

_PUSH: Final = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
)


class BuildError(Exception):
    """A command of the build failed."""


@dataclass(frozen=True, slots=True)
class BuildRole:
    """CodeBuild, and the commands of a build, at work with the project's role.

    Every method raises BuildError, in AWS's words, for what the role may not do.
    """

    session: RoleSession

    def reads_source(self, build: Mapping[str, Any]) -> None:
        """Judge the download of the source from S3."""
        source = build.get("source") or {}
        if source.get("type") == "S3":
            self._on(f"arn:aws:s3:::{source['location']}", ["s3:GetObject"], "GetObject")

    def writes_log(self, group: str) -> None:
        """Judge the build's log."""
        stream = f"arn:aws:logs:{self.session.place.region}:{self.session.place.account}"
        arn = f"{stream}:log-group:{group}:log-stream:build"
        self._on(arn, ["logs:CreateLogStream", "logs:PutLogEvents"], "CreateLogStream")

    def looks_for_image(self, repository: str) -> None:
        """Judge the look for an image that is there already."""
        self._on(self._repository(repository), ["ecr:DescribeImages"], "DescribeImages")

    def pushes_image(self, repository: str) -> None:
        """Judge the push of an image."""
        self._on("*", ["ecr:GetAuthorizationToken"], "GetAuthorizationToken")
        self._on(self._repository(repository), _PUSH, "PutImage")

    def writes_object(self, bucket: str, key: str) -> None:
        """Judge an upload to S3."""
        self._on(f"arn:aws:s3:::{bucket}/{key}", ["s3:PutObject"], "PutObject")

    def _repository(self, name: str) -> str:
        place = self.session.place
        return f"arn:aws:ecr:{place.region}:{place.account}:repository/{name}"

    def _on(self, arn: str, actions: Iterable[str], operation: str) -> None:
        try:
            self.session.on(arn, actions)
        except DeniedError as error:
            raise BuildError(
                f"An error occurred (AccessDeniedException) when calling the {operation} "
                f"operation: {error}"
            ) from None
