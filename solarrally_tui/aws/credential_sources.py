"""Which credentials this computer has, and of which kind. Reads configuration only."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_KINDS: Final = (
    ("sso_session", "sso", "IAM Identity Center"),
    ("sso_start_url", "sso", "IAM Identity Center"),
    ("login_session", "login", "aws login"),
    ("role_arn", "assume-role", "assumes a role"),
    ("credential_process", "process", "a credential process"),
    ("web_identity_token_file", "web-identity", "a web identity"),
    ("aws_access_key_id", "static", "keys in a file"),
)
"""The first of these settings that a profile has decides its kind. Where it has several, this is
botocore's order of precedence: SSO, login, roles, processes, plain keys."""


_CONTAINER: Final = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
"""One of these is set where ECS or EKS provides the credentials of a role."""


@dataclass(frozen=True, slots=True)
class CredentialSource:
    """Credentials that the operator may choose."""

    kind: str
    """static, sso, login, assume-role, process, web-identity, environment, container, keyring."""
    name: str
    """Of the profile or the keyring's entry; empty for environment and container."""
    detail: str
    start_url: str = ""
    sso_region: str = ""

    @property
    def profile(self) -> str | None:
        """The profile to open the door with; None where it is not a profile."""
        return self.name if self.kind in {kind for _, kind, _ in _KINDS} else None


def find(environment: Mapping[str, str] | None = None) -> tuple[CredentialSource, ...]:
    """Return what exists, in the order in which AWS's tools search. Blocking. Raises AwsError."""
    from botocore.session import Session  # noqa: PLC0415 slow to import

    from solarrally_tui.aws.session import local  # noqa: PLC0415 like boto3

    given = os.environ if environment is None else environment
    session = Session()
    try:
        config = session.full_config
    except Exception as error:  # noqa: BLE001 a broken file raises anything
        raise local(error, None, "profiles") from None
    sessions = config.get("sso_sessions", {})
    profiles = [
        _profile(name, values, sessions)
        for name, values in sorted(config.get("profiles", {}).items())
    ]
    around = find_without_files(given)
    first = [source for source in around if source.kind == "environment"]
    last = [source for source in around if source.kind != "environment"]
    return (*first, *filter(None, profiles), *last)


def find_without_files(
    environment: Mapping[str, str] | None = None,
) -> tuple[CredentialSource, ...]:
    """Return those of the environment and the container, which exist beside broken files, too."""
    given = os.environ if environment is None else environment
    sources = []
    if key := given.get("AWS_ACCESS_KEY_ID"):
        # The end of its id tells whose key it is, as in `aws configure list`.
        detail = f"AWS_ACCESS_KEY_ID, ends in {key[-4:]}"
        sources.append(CredentialSource("environment", "", detail))
    if any(given.get(name) for name in _CONTAINER):
        sources.append(CredentialSource("container", "", "the role of this container"))
    return tuple(sources)


def _profile(
    name: str, values: Mapping[str, Any], sessions: Mapping[str, Any]
) -> CredentialSource | None:
    for setting, kind, words in _KINDS:
        if values.get(setting):
            place = values | sessions.get(str(values.get("sso_session", "")), {})
            role = str(values.get("sso_role_name") or values.get("role_arn", "").rsplit("/", 1)[-1])
            detail = f"{words}, {role}" if role else words
            return CredentialSource(
                kind,
                name,
                detail,
                str(place.get("sso_start_url", "")),
                str(place.get("sso_region", "")),
            )
    return None
