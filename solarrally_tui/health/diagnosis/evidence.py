"""One thing that AWS reported, in its own words, and where a person sees the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from solarrally_tui.health.diagnosis.console_links import aws_command
from solarrally_tui.text.redaction import redact


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen. Words are AWS's to the letter, except for what looks like a secret."""

    kind: str
    """What it is about, which rules look for: stack-event, build, task, log, check ..."""
    words: str
    """What AWS reported."""
    api: str = ""
    """The call that returned it, such as `ecs describe_tasks`."""
    resource: str = ""
    """The resource's name for people; its logical id in a stack where it has one."""
    type: str = ""
    state: str = ""
    """AWS's own word for its state."""
    stack: str = ""
    region: str = ""
    time: datetime | None = None
    good: bool = False
    """Whether it speaks for all being well."""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Further values that sentences of rules use."""
    command: str = ""
    """What shows the same in a shell."""
    link: str = ""
    """What shows the same in the console; empty on an account that has none."""

    @property
    def when(self) -> str:
        """The time in UTC, for people; empty where AWS reported none."""
        return self.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if self.time else ""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call that was made, from which evidence is taken."""

    service: str
    operation: str
    region: str
    params: Mapping[str, Any]

    def evidence(self, kind: str, words: str, **known: Any) -> Evidence:
        """Return what the call returned as evidence, without secrets."""
        command = aws_command(self.service, self.operation, self.region, self.params)
        name = f"{self.service} {self.operation}"
        bare = Evidence(kind, redact(words).strip(), name, region=self.region, command=command)
        return replace(bare, **known)
