"""References of container images: registry, name and digest, and nothing that can change."""

import re
from dataclasses import dataclass
from typing import Final, Self

_DIGEST: Final = r"sha256:[0-9a-f]{64}"
_HOST: Final = r"(?=[^/]*\.)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
_PART: Final = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REFERENCE: Final = re.compile(rf"({_HOST})/({_PART}(?:/{_PART})*)@({_DIGEST})")
_ECR: Final = re.compile(
    r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)"
)
LONGEST: Final = 512

EXAMPLE: Final = f"ghcr.io/owner/solarrally@sha256:{'0' * 64}"


@dataclass(frozen=True, slots=True)
class ImageReference:
    """A container image by its digest."""

    host: str
    name: str
    """The repository in the registry, such as owner/solarrally."""
    digest: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the parts of a reference. Raises ValueError, which says how to name an image."""
        match = _REFERENCE.fullmatch(text) if len(text) <= LONGEST else None
        if match is None:
            raise ValueError(_mistake(text))
        return cls(*match.groups())

    @property
    def account(self) -> str:
        """The AWS account of a private registry of Amazon ECR; empty for all other registries."""
        match = _ECR.fullmatch(self.host)
        return match[1] if match else ""

    @property
    def region(self) -> str:
        """The Region of a private registry of Amazon ECR; empty for all other registries."""
        match = _ECR.fullmatch(self.host)
        return match[2] if match else ""

    def repository_arn(self, partition: str) -> str:
        """Return the ARN of the repository in Amazon ECR; empty for all other registries."""
        if not self.account:
            return ""
        return f"arn:{partition}:ecr:{self.region}:{self.account}:repository/{self.name}"


def _mistake(text: str) -> str:
    """Return what is wrong, the most likely mistake first."""
    host, _, rest = text.partition("/")
    if "://" in text:
        return "must begin with the registry's name, without https://."
    if "@" not in text:
        return (
            "must name the image by its digest. A tag can point to another image tomorrow; docker "
            "buildx imagetools inspect IMAGE:TAG shows the digest of a tag."
        )
    if not rest or "." not in host.partition(":")[0]:
        return "must begin with the registry's name, such as docker.io/ or public.ecr.aws/."
    if ":" in host:
        return "must be in a registry on port 443: tasks reach no other port."
    if ":" in rest.partition("@")[0]:
        return "must have no tag before the digest."
    return "must be registry/name@sha256: and 64 hexadecimal digits, all in lower case."
