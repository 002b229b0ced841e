"""A support bundle in the place of an account: what it holds, and nothing that asks AWS."""

from typing import TYPE_CHECKING, Final

from typing_extensions import override

from solarrally_tui.aws.errors import LocalError
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.bundle.archive import Bundle
from solarrally_tui.health.bundle.contents import Contents, LogExcerpt
from solarrally_tui.health.diagnosis.model import Diagnosis
from solarrally_tui.health.history import Happened, SiteEvent, newest_first, of_stack
from solarrally_tui.health.logs import SOURCES, LogLine, NoLogError, Source
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.site.names import stack_name
from solarrally_tui.text.plain import Plain
from solarrally_tui.wizard.diagnoses import Diagnoses, Progress
from solarrally_tui.wizard.engine import Engine
from solarrally_tui.wizard.journals import Journals
from solarrally_tui.wizard.model import SiteFacts, Who
from solarrally_tui.wizard.session import Session, SiteView

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door

_PLAIN: Final = Plain(
    what="A support bundle is open.",
    why="It holds a diagnosis, and no access to the account.",
    next="Start solarrally without --open to see the account.",
)


class BundleDiagnoses(Diagnoses):
    """Returns the diagnosis of a bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self._diagnosis = bundle.contents.diagnosis

    @override
    async def examine(self, name: str, progress: Progress) -> Diagnosis:
        return self._diagnosis


class BundleJournals(Journals):
    """Returns what a bundle holds of the history and the logs."""

    period = "in the bundle"

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    @override
    async def history(self, name: str) -> Happened:
        site = self._contents.facts.site
        changes = [
            of_stack(_part(stack.name, site), stack.status, stack.changed)
            for stack in self._contents.facts.stacks
            if stack.changed
        ]
        failures = [
            SiteEvent(
                event.time,
                _part(event.stack, site),
                f"{event.resource} ({event.type}): {event.status}. {event.reason}".strip(),
                Severity.WARN,
            )
            for event in self._contents.events
            if "FAILED" in event.status
        ]
        return newest_first([*changes, *failures])

    @override
    async def lines(self, name: str, source: str, words: str) -> tuple[LogLine, ...]:
        where = SOURCES[source]
        kept = [one for one in self._contents.logs if _is_of(one, where, self._contents.facts.site)]
        if not kept:
            raise NoLogError(f"The bundle holds no lines of this log: {where.title}.")
        lines = [
            LogLine(line.time, source, one.stream, line.text, "")
            for one in kept
            for line in one.lines
            if words.lower() in line.text.lower()
        ]
        return tuple(sorted(lines, key=lambda line: line.time))


def _part(stack: str, site: str) -> str:
    """Return what every screen calls the part that a stack is; its name where it is none."""
    return next((one.title for one in CATALOGUE if stack_name(site, one.id) == stack), stack)


def _is_of(excerpt: LogExcerpt, source: Source, site: str) -> bool:
    """Tell whether lines are of a source: by their stream, or else by the stack of their group."""
    if source.streams:
        return excerpt.stream.startswith(source.streams)
    return excerpt.group.startswith(f"{stack_name(site, source.stack)}-")


class BundleServices(Engine):
    """The engine without a door."""

    def __init__(self, bundle: Bundle) -> None:
        super().__init__(None, read_only=True)
        self._bundle = bundle

    @property
    @override
    def diagnoses(self) -> Diagnoses:
        return BundleDiagnoses(self._bundle)

    @property
    @override
    def journals(self) -> Journals:
        return BundleJournals(self._bundle.contents)

    @override
    async def status(self, name: str, *, fresh: bool = False, all_month: bool = False) -> SiteFacts:
        contents = self._bundle.contents
        return SiteFacts(contents.report, "", contents.facts.region)

    @override
    def last_status(self, name: str) -> SiteFacts | None:
        return None

    @override
    async def _at(self, region: str | None = None) -> "Door":
        raise LocalError("BundleIsOpen", _PLAIN.why, ("solarrally", "open"), _PLAIN)


def session_of(bundle: Bundle) -> Session:
    """Return a session that shows the site of a bundle."""
    facts, made = bundle.contents.facts, bundle.manifest.made
    draft = Draft({"name": facts.site, "region": facts.region}, "status")
    return Session(
        BundleServices(bundle),
        DraftStore(),
        f"Bundle {made:%Y-%m-%d %H:%M}",
        SiteView(draft, deployed=facts.site),
        who=Who(facts.account, facts.caller, "support bundle", facts.region),
    )
