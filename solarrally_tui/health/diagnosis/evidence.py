"""One thing that AWS reported, in its own words, and where a person sees the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.deployed.kept_evidence import Item
from solarrally_tui.health.diagnosis.aws_command import aws_command
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
    kept: datetime | None = None
    """When a run saw it, before AWS rolled the stack back; None for what AWS reports now."""

    @property
    def when(self) -> str:
        """The time in UTC, for people; empty where AWS reported none."""
        return _for_people(self.time) if self.time else ""

    @property
    def kept_when(self) -> str:
        """When it was seen before a rollback, in UTC; empty for what AWS reports now."""
        return _for_people(self.kept) if self.kept else ""


def _for_people(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def as_item(evidence: Evidence) -> Item:
    """Return evidence as it is kept: without links, and of long words the end."""
    known: dict[str, Any] = {name: value for name in _FIELDS if (value := getattr(evidence, name))}
    known["words"] = evidence.words[-_LONGEST:]
    if evidence.time:
        known["time"] = evidence.time.astimezone(UTC).isoformat()
    if evidence.facts:
        known["facts"] = dict(evidence.facts)
    return known


def evidence_of(item: Item, stack: str, taken: datetime) -> Evidence:
    """Return evidence that was kept. stack: its name. Raises ValueError and TypeError."""
    fields: dict[str, Any] = {name: str(item.get(name, "")) for name in _FIELDS}
    time = datetime.fromisoformat(item["time"]) if item.get("time") else None
    facts = MappingProxyType({str(k): str(v) for k, v in (item.get("facts") or {}).items()})
    return Evidence(**fields, stack=stack, time=time, facts=facts, kept=taken)


_FIELDS: Final = ("kind", "words", "api", "resource", "type", "state", "region", "command")
_LONGEST: Final = 1200
"""Characters of the words of one piece of evidence that is kept."""


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
