"""Values that pass between the screens and the engine."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from solarrally_tui.provisioning.engine.events import Event
from solarrally_tui.site.names import numbered

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.aws.keys import Keys
    from solarrally_tui.health.report import Report

Opener = Callable[[str | None], Awaitable["Door"]]
"""Opens the door to AWS in a Region; None means that of the credentials. Raises AwsError."""

UsedCredentials = Callable[[], tuple[str | None, "Keys | None"]]
"""Returns the profile and the keys in use."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who is signed in to AWS, and with which credentials."""

    account: str
    arn: str
    source: str
    """Where the credentials came from, in botocore's words."""
    region: str
    expires: datetime | None = None
    """When the sign-in session ends, where that is known and it is not renewed automatically."""
    renewed: bool = False
    """Whether new keys are fetched before the current ones expire."""

    @property
    def is_root(self) -> bool:
        """Whether these are the root user's credentials."""
        return self.arn.endswith(":root")

    @property
    def name(self) -> str:
        """Who that is; of a session of IAM Identity Center the person, and what they may do."""
        if self.is_root:
            return "root user"
        found = _OF_IDENTITY_CENTER.fullmatch(self.arn)
        if found:
            return f"{found['person']}, permission set {found['set']}"
        if found := _OF_DEPLOYER.fullmatch(self.arn):
            return f"deployer role of {found['site']}"
        if found := _OF_ROLE.fullmatch(self.arn):
            return f"role {found['role']}, as {found['session']}"
        return self.arn.rsplit(":", 1)[-1]


_OF_ROLE: Final = re.compile(r"arn:[a-z-]+:sts::\d+:assumed-role/(?P<role>[^/]+)/(?P<session>.+)")
_OF_DEPLOYER: Final = re.compile(
    r"arn:[a-z-]+:sts::\d+:assumed-role/solarrally-(?P<site>.+)-deployer/.+"
)
"""Named as account/deployer_role.py names it."""
_OF_IDENTITY_CENTER: Final = re.compile(
    r"arn:[a-z-]+:sts::\d+:assumed-role/AWSReservedSSO_(?P<set>.+)_[0-9a-f]{16}/(?P<person>.+)"
)
"""A session of the role behind a permission set (IAM Identity Center user guide, Referencing
permission sets)."""


@dataclass(frozen=True, slots=True)
class Access:
    """How another process of this program reaches the account that the wizard is in.

    Access keys go into its environment, as AWS's own tools pass them on: the command line is seen
    by everybody on this computer, and a file would stay.
    """

    profile: str | None = None
    keys: "Keys | None" = None
    read_only: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """What its command line ends with."""
        named = ("--profile", self.profile) if self.profile and self.keys is None else ()
        return (*named, "--read-only") if self.read_only else named

    def environment(self, own: Mapping[str, str]) -> dict[str, str]:
        """Return the variables that it starts with. own: those of this process."""
        if self.keys is None:
            return dict(own)
        given = {
            "AWS_ACCESS_KEY_ID": self.keys.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.keys.secret.reveal(),
            "AWS_SESSION_TOKEN": self.keys.token.reveal(),
            "AWS_CREDENTIAL_EXPIRATION": self.keys.expires.isoformat() if self.keys.expires else "",
            # Keys come first. The profile still has other settings, such as a proxy.
            "AWS_PROFILE": self.profile or "",
        }
        kept = {name: value for name, value in own.items() if name not in {*given, _OLD_TOKEN}}
        return kept | {name: value for name, value in given.items() if value}


_OLD_TOKEN: Final = "AWS_SECURITY_TOKEN"  # noqa: S105 a name
"""An older name of AWS_SESSION_TOKEN, which botocore reads first."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A deployed site as its status screen shows it."""

    report: "Report"
    url: str
    region: str


@dataclass(frozen=True, slots=True)
class Handover:
    """Where a deployed site keeps what a person needs."""

    url: str
    region: str
    viewer_secret: str = ""
    """ARN of the secret with the viewers' password; empty where the site has none yet."""
    admin_secret: str = ""
    """The same of the administrator's. Neither value is ever in here."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What can be undone of a deployed site, and what is due."""

    earlier: str | None = None
    """The release that a rollback returns to; empty for none, None where AWS does not say."""
    due: tuple[str, ...] = ()
    """Titles of what is to be renewed now."""
    unseen: int = 0
    """How many things AWS does not report."""
    password_due: datetime | None = None
    """When a new password of the database is due."""


@dataclass(frozen=True, slots=True)
class Added:
    """A charger that was registered, and where its files are."""

    name: str
    folder: Path
    together: tuple[str, ...] = ()
    """All that were registered at once, itself among them; none for one alone."""

    @property
    def names(self) -> tuple[str, ...]:
        """All that were registered at once."""
        return self.together or (self.name,)

    @property
    def each(self) -> tuple["Added", ...]:
        """Each of them, as one alone."""
        if len(self.names) == 1:
            return (self,)
        return tuple(Added(name, self.around / name) for name in self.names)

    @property
    def around(self) -> Path:
        """The folder of its files, or the one with the folders of all."""
        return self.folder.parent if len(self.names) > 1 else self.folder


def following(name: str) -> str:
    """Return the name with its number one higher: evse-2 after evse-1."""
    stem, number = numbered(name)
    return f"{stem}{int(number) + 1:0{len(number)}}" if number else f"{name}-2"


class RunLog(AbstractContextManager["RunLog"], Protocol):
    """The log file of one run."""

    def write(self, event: Event) -> None:
        """Append an event."""


OpenLog = Callable[[str, str], RunLog]
"""Opens the log of a run, given the command and the site."""
