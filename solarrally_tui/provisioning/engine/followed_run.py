"""Follows a deployment that another run works on: reads its stacks until it ends, and how."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.aws.budget import waiting
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.pace import here
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed import record, run_lock
from solarrally_tui.deployed.run_lock import LastRun, Run
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import DELETED, GOOD
from solarrally_tui.deployed.stack_status import STATUSES
from solarrally_tui.provisioning.engine.events import WATCHED, State
from solarrally_tui.provisioning.engine.narrator import Narrator, state_of
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import from_aws
from solarrally_tui.site.model import Site

EVERY: Final = 5.0
"""Seconds of AWS between rounds. How many calls they make a minute is up to aws/budget.py."""

_STATUSES: Final = tuple(sorted(STATUSES.keys() - {DELETED}))
_EVENTS: Final = 20
"""Newest events of a stack in progress that are reported when watching begins."""


@dataclass(slots=True)
class _Followed:
    """What was reported of the stacks so far."""

    stacks: SiteStacks
    narrator: Narrator
    statuses: dict[str, str] = field(default_factory=dict)
    """Of each stack, by its id."""
    newest: dict[str, str] = field(default_factory=dict)
    """Id of the newest event of each stack in progress."""
    _began: bool = False

    async def look(self) -> None:
        """Report what has changed since the last time. Raises AwsError."""
        for stack_id, summary in (await self._summaries()).items():
            status, before = summary["StackStatus"], self.statuses.get(stack_id)
            is_busy = status.endswith("_IN_PROGRESS") and not status.startswith("REVIEW")
            if is_busy:
                await self._report_events(stack_id, summary)
            if status == before:
                continue
            self.statuses[stack_id] = status
            # What was complete before we came may be as it was, or may still change.
            was_so = before is None and not self._began and status in GOOD
            self.narrator.step(stack_id, State.UNCHANGED if was_so else state_of(status), status)
        self._began = True

    async def _summaries(self) -> dict[str, Any]:
        """Return what ListStacks says of each stack that exists, by its id in the catalogue."""
        ids = {self.stacks.name(item.id): item.id for item in CATALOGUE}
        found: dict[str, Any] = {}
        for region in dict.fromkeys(self.stacks.region(item.id) for item in CATALOGUE):
            summaries = await self.stacks.door.pages(
                "cloudformation",
                "list_stacks",
                "StackSummaries",
                region,
                StackStatusFilter=_STATUSES,
            )
            for summary in summaries:
                stack_id = ids.get(summary["StackName"])
                if stack_id and self.stacks.region(stack_id) == region:
                    found[stack_id] = summary
        return found

    async def _report_events(self, stack_id: str, summary: dict[str, Any]) -> None:
        response = await self.stacks.door.call(
            "cloudformation",
            "describe_stack_events",
            self.stacks.region(stack_id),
            StackName=summary["StackId"],
        )
        new: list[dict[str, Any]] = []
        for event in response["StackEvents"][:_EVENTS]:
            if event["EventId"] == self.newest.get(stack_id):
                break
            new.append(event)
        for event in reversed(new):
            self.newest[stack_id] = event["EventId"]
            status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
            resource, type_ = event["LogicalResourceId"], event.get("ResourceType", "")
            self.narrator.part(stack_id, state_of(status), resource, type_, reason or status)


async def follow(site: Site, stacks: SiteStacks, narrator: Narrator, run: Run) -> Outcome:
    """Report what another deployment does, without changing anything, and how it ended.

    The answers are compared at the end: what the other run deployed may be something else.
    """
    try:
        return await _followed(site, stacks, narrator, run)
    except AwsError as error:
        failed = from_aws(error, begun=True)
        return _outcome(failed.exit_code, failed.plain)


async def _followed(site: Site, stacks: SiteStacks, narrator: Narrator, run: Run) -> Outcome:
    narrator.part(run.command, State.RUNNING, run.host, WATCHED, run.title)
    followed, was_dead = _Followed(stacks, narrator), False
    while True:
        with waiting():
            now = await run_lock.find(stacks.door, site.name)
            await followed.look()
        if now is None or now.run.token != run.token:
            break
        if now.is_dead and was_dead:
            return _outcome(Exit.OUT_OF_SIGHT, _stopped(run, now.seconds))
        # A process may end between what it deletes and what we read: look twice.
        was_dead = now.is_dead
        await asyncio.sleep(here(EVERY))
    ended = await run_lock.last(stacks.door, site.name)
    if ended is None or ended.token != run.token:
        return _outcome(Exit.OUT_OF_SIGHT, _not_known(run))
    if ended.exit_code != Exit.OK:
        return _outcome(Exit(ended.exit_code), _ended(ended))
    known = await record.find(stacks.door, site.name)
    if known is None or known.site != site:
        return _outcome(Exit.REFUSED, _other_answers(ended))
    summary = f"{ended.summary} It was deployed by another run ({ended.title}); this one watched."
    return Outcome(Exit.OK, summary, changed=False)


def _outcome(exit_code: Exit, plain: Plain) -> Outcome:
    return Outcome(exit_code, plain.what, plain, changed=False)


def _stopped(run: Run, seconds: float) -> Plain:
    return Plain(
        what=f"The run that was watched stopped without ending: {run.title}.",
        why=f"Its last sign of life is {seconds / 60:.0f} minutes old. It was killed, or its "
        "computer sleeps or has no network. AWS finishes what it has begun.",
        next="Run the same command again. It takes over and continues.",
    )


def _not_known(run: Run) -> Plain:
    return Plain(
        what=f"The run that was watched is over: {run.title}. How it ended is not known.",
        why="It could not note that, or another run has begun since.",
        next="Run the same command again. It changes nothing where all is as it should be.",
    )


def _ended(ended: LastRun) -> Plain:
    return Plain(
        what=ended.summary,
        why=f"That is how the run ended that this one watched: {ended.title}, until {ended.ended}.",
        next="Run the same command again to continue. It starts from what is there.",
    )


def _other_answers(ended: LastRun) -> Plain:
    return Plain(
        what="The run that was watched ended well. Your answers are not deployed: they differ.",
        why=f"This was deployed: {ended.title}, until {ended.ended}. This run changed nothing.",
        next="Run the same command again to deploy yours.",
    )
