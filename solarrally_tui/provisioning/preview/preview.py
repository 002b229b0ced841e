"""What a deployment would do, before it does it: asked of AWS, without changing anything.

A stack that exists is asked with a change set that is never executed; one that does not is new.
A stack's inputs are the outputs that the stacks before it will have, as far as they can be known.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from solarrally_tui.account.preflight import inspection
from solarrally_tui.account.preflight.inspection import Lookups
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.blueprints import CATALOGUE, Blueprint, of_shape
from solarrally_tui.deployed import record
from solarrally_tui.deployed.presence import missing
from solarrally_tui.deployed.releases import Release
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.deployed.stack import resources as resources_of
from solarrally_tui.deployed.stack_status import Deploying, status_of
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.pricing.estimate import UnruledTypeError
from solarrally_tui.pricing.metering.charge import Resource
from solarrally_tui.pricing.metering.resources import of_stack, resources
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.plan import Change, CostChange, Plan, StackPlan, Standing
from solarrally_tui.provisioning.change.remains import remains
from solarrally_tui.provisioning.deployment import facts, guards, preflight, step_graph
from solarrally_tui.provisioning.deployment.builds import build_steps
from solarrally_tui.provisioning.deployment.domain import domain_change
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.identities.foreign import refuse_foreign_names
from solarrally_tui.provisioning.preview.cost import costs, not_known, of_new_site
from solarrally_tui.provisioning.preview.dry_run import dry_run
from solarrally_tui.provisioning.preview.template_diff import (
    REPLACES,
    Resolved,
    changed_parameters,
    compared,
    outputs_after,
    resolved,
    without_echoes,
)
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.facts import Facts
from solarrally_tui.stacks.parameters import MissingValueError, parameters

_ENDS: Final = frozenset({Kind.EXPIRED, Kind.NO_CREDENTIALS, Kind.UNREACHABLE, Kind.LOCAL})


async def preview(site: Site, door: Door, release: Release | None = None) -> Plan:
    """Return what deploying a site would do. Changes nothing and leaves nothing behind.

    release: what a rollback returns to, of which nothing is built.
    In a read-only session only the templates are compared, and the plan says so.
    Raises StepError and ForeignResourceError where the deployment would be refused, and AwsError.
    """
    stacks = SiteStacks.of(site, door)
    region = await inspection.region_enabled(stacks.door)
    if region.severity is Severity.FAIL:
        return _unseen(site, region)
    every_stack, known = await asyncio.gather(
        refuse_foreign_names(stacks), record.find(door, site.name)
    )
    existing = {id_: stack for id_, stack in every_stack.items() if stack and stack.is_created}
    dead = {id_: stack for id_, stack in every_stack.items() if stack and stack.is_dead}
    held = {id_: await remains(door, id_, s, stacks.region(id_)) for id_, s in dead.items()}
    if not existing and not known:
        return _all_new(site, held, await _obstacles(site, stacks, every_stack, None))
    await guards.check(site, stacks)
    looked_up = await facts.look_up(site, stacks, every_stack)
    found = await _obstacles(site, stacks, every_stack, looked_up)
    if not existing:
        return _all_new(site, held, found)
    return await _Preview(
        site=site,
        before=known.site if known else site,
        stacks=stacks,
        existing=existing,
        held=held,
        facts=looked_up,
        found=found,
        release=release,
    ).plan()


async def _obstacles(
    site: Site, stacks: SiteStacks, there: Mapping[str, Stack | None], known: Facts | None
) -> tuple[Finding, ...]:
    """Return what was found of what could stop the deployment."""
    if known:
        lookups: Lookups | AwsError = Lookups(known.engine_version, known.availability_zones)
        account = known.account_id
    else:
        lookups, identity = await asyncio.gather(
            inspection.lookups(site, stacks.door), stacks.door.identity()
        )
        account = identity.account
    return await preflight.obstacles(site, stacks, account, there, lookups)


def _failing(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(finding for finding in found if finding.severity is Severity.FAIL)


def _unread(found: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(f"{titles}: {line}" for titles, line in preflight.not_read(found))


def _unseen(site: Site, region: Finding) -> Plan:
    """Return the plan for a Region that is off: AWS tells nobody what is there."""
    plans = (StackPlan(i.id, i.title, Standing.UNKNOWN) for i in of_shape(site.size.shape))
    unknown = tuple(not_known(item.id) for item in of_shape(site.size.shape))
    return Plan(site.name, tuple(plans), costs=unknown, obstacles=(region,))


def _all_new(
    site: Site, held: Mapping[str, tuple[Change, ...]], found: tuple[Finding, ...]
) -> Plan:
    plans = (
        StackPlan(i.id, i.title, Standing.NEW, held.get(i.id, ()))
        for i in of_shape(site.size.shape)
    )
    return Plan(
        site.name,
        tuple(plans),
        builds=not site.application.image,
        costs=of_new_site(site),
        obstacles=_failing(found),
        warnings=_unread(found),
    )


def other_chargers(before: Site, after: Site) -> tuple[str, ...]:
    """Say where another tier brings another number of chargers, which nobody may have meant."""
    now, then = after.size.chargers, before.size.chargers
    if before.tier is after.tier or then == now:
        return ()
    words = (
        f"The answers are for {now:,} chargers, the deployed site is for {then:,}. Tier "
        f"{after.tier.value} brings its own number unless size.chargers is set."
    )
    return (words,)


@dataclass(frozen=True, slots=True)
class _Later:
    """Stands for an output that cannot be known before its stack has changed."""

    stack: str


@dataclass(frozen=True, slots=True)
class _Unanswered:
    """Why AWS could not tell the changes of a stack, as a sentence."""

    reason: str


_COMPARED: Final = _Unanswered("Only the templates were compared.")
"""AWS was not asked at all."""


@dataclass(slots=True, kw_only=True)
class _Preview:
    """A preview in progress. One task a stack, each after those that it needs."""

    site: Site
    before: Site
    """The site as it was deployed."""
    stacks: SiteStacks
    existing: Mapping[str, Stack]
    held: Mapping[str, tuple[Change, ...]]
    """What is deleted of stacks whose creation failed, before they are created again."""
    facts: Facts
    found: tuple[Finding, ...] = ()
    """What was found of what could stop the deployment."""
    release: Release | None = None
    """What a rollback returns to."""
    builds: bool = False
    trouble: Plain | None = None
    _resources_before: list[Resource] = field(default_factory=list)
    _resources_after: list[Resource] = field(default_factory=list)
    _unseen: list[CostChange] = field(default_factory=list)
    """Of stacks whose resources before and after are not both known."""
    _outputs: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """What each stack will put out; where that is not known, what it puts out now."""
    _certain: dict[str, Mapping[str, str | _Later]] = field(default_factory=dict)
    """The same, with a mark in place of what is not known."""
    _tasks: dict[str, "asyncio.Task[StackPlan]"] = field(default_factory=dict)

    async def plan(self) -> Plan:
        """Ask about every stack, each after those that it needs."""
        try:
            async with asyncio.TaskGroup() as group:
                for item in of_shape(self.site.size.shape):
                    self._tasks[item.id] = group.create_task(self._stack_plan(item))
        except ExceptionGroup as errors:
            # Callers know single errors, and the others mostly follow from the first.
            raise errors.exceptions[0] from None
        plans = tuple(task.result() for task in self._tasks.values())
        return Plan(
            self.site.name,
            plans,
            self.builds,
            self._costs(),
            self.trouble,
            _failing(self.found),
            self._warnings(),
        )

    def _warnings(self) -> tuple[str, ...]:
        balancer, edge = [
            self.existing[id_].parameters if id_ in self.existing else {}
            for id_ in ("balancer", "edge")
        ]
        domain = domain_change.judge(balancer, edge, self.site).warnings
        return (
            *self.facts.warnings,
            *domain,
            *other_chargers(self.before, self.site),
            *_unread(self.found),
        )

    def _costs(self) -> tuple[CostChange, ...]:
        new = (r for r in resources(self.site) if r.stack not in self.existing)
        after = [*self._resources_after, *new]
        lacks = any(item.id not in self.existing for item in of_shape(self.before.size.shape))
        try:
            known = costs(self.before, self._resources_before, self.site, after, unused=lacks)
            return (*known, *self._unseen)
        except UnruledTypeError as error:  # of a template from another version
            unpriced = error.resource
            return (CostChange(unpriced.stack, unpriced.id, unpriced.type, None),)

    async def _stack_plan(self, item: Blueprint) -> StackPlan:
        for need in item.needs:
            # Shielded: where this stack's task is cancelled, the others continue.
            await asyncio.shield(self._tasks[need])
        stack = self.existing.get(item.id)
        if stack is None:
            return StackPlan(item.id, item.title, Standing.NEW, self.held.get(item.id, ()))
        self._outputs[item.id] = self._certain[item.id] = stack.outputs
        if item.id == "app":
            await self._find_images(stack)
        try:
            values = parameters(item.id, self.site, self.facts, self._outputs)
        except MissingValueError as error:
            reason = f"It depends on stacks that do not exist yet. {error}"
            self._unseen.append(not_known(item.id))
            return StackPlan(item.id, item.title, Standing.UNKNOWN, reason=reason)
        return await self._compare(item, stack, values)

    async def _compare(self, item: Blueprint, stack: Stack, values: dict[str, str]) -> StackPlan:
        deployed_template = await self._deployed_template(item, stack)
        before = self._resolve(item, deployed_template, stack.parameters)
        after = self._resolve(item, item.template(), values)
        if before and after:
            region = self.stacks.region(item.id)
            self._resources_before += of_stack(item.id, region, before.resources)
            self._resources_after += of_stack(item.id, region, after.resources)
        else:
            self._unseen.append(not_known(item.id))
        reason, answer = self._open_question(item), await self._ask(item, stack, values)
        if isinstance(answer, _Unanswered):
            changes = compared(item.id, before, after) if before and after else ()
            # The same template with the same values is no change; AWS need not be asked for that.
            unchanged = answer is _COMPARED and before is not None and before == after
            reason = reason if unchanged else answer.reason
        else:
            changes = without_echoes(answer, before, after) if before and after else answer
        self._pass_on(item, stack, before, after, changes)
        # What only AWS could tell is unknown, unless comparing found something.
        unchanged_or_unknown = Standing.UNKNOWN if reason else Standing.UNCHANGED
        return StackPlan(
            item.id,
            item.title,
            Standing.CHANGES if changes else unchanged_or_unknown,
            changes,
            changed_parameters(item.template(), stack.parameters, values),
            len(before.resources) if before else 0,
            reason,
        )

    async def _ask(
        self, item: Blueprint, stack: Stack, values: dict[str, str]
    ) -> tuple[Change, ...] | _Unanswered:
        if stack.busy:
            return _Unanswered(f"An operation is in progress: {stack.status}.")
        status = status_of(stack.status)
        if status.deploy in {Deploying.ROLLS_BACK, Deploying.CONTINUES}:
            return _Unanswered(f"It is in {stack.status}. Deploy {status.deploy.value}.")
        # Without a role: CloudFormation continues with the one that the stack has.
        region = self.stacks.region(item.id)
        door = self.stacks.door.with_region(region)
        lost = await missing(door, await resources_of(door, stack.id, region))
        wanted = Wanted(
            self.site.name, stack.name, region, item.template(), values, reverts=bool(lost)
        )
        try:
            return await dry_run(self.stacks.door, item.id, wanted, stack)
        except StepError as error:
            return _Unanswered(f"{error.plain.what} {error.plain.why}")
        except AwsError as error:
            if error.kind in _ENDS:
                raise
            self.trouble = self.trouble or error.plain
            return _COMPARED

    async def _deployed_template(self, item: Blueprint, stack: Stack) -> str:
        """Return the template that the stack has; empty where the credentials may not read it."""
        region = self.stacks.region(item.id)
        try:
            response = await self.stacks.door.call(
                "cloudformation", "get_template", region, StackName=stack.id
            )
        except AwsError as error:
            if error.kind is Kind.DENIED:
                return ""
            raise
        return str(response["TemplateBody"])

    def _resolve(
        self, item: Blueprint, template: str, values: Mapping[str, str]
    ) -> Resolved | None:
        """Resolve a template; None for one of another version that this one cannot read."""
        stack, partition = self.existing[item.id], self.facts.partition
        pseudo = {
            "AWS::AccountId": self.facts.account_id,
            "AWS::Partition": partition,
            "AWS::Region": self.stacks.region(item.id),
            "AWS::StackId": stack.id,
            "AWS::StackName": stack.name,
            "AWS::URLSuffix": "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com",
        }
        try:
            return resolved(template, values, pseudo)
        except (ValueError, LookupError, TypeError):
            return None

    def _pass_on(
        self,
        item: Blueprint,
        stack: Stack,
        before: Resolved | None,
        after: Resolved | None,
        changes: tuple[Change, ...],
    ) -> None:
        """Give the stacks that need this one the outputs that it will have."""
        if not (before and after):
            return
        replaced = frozenset(change.resource for change in changes if change.doing in REPLACES)
        known, unknown = outputs_after(before, after, stack.outputs, replaced)
        self._outputs[item.id] = known
        self._certain[item.id] = {**known, **dict.fromkeys(unknown, _Later(item.id))}

    def _open_question(self, item: Blueprint) -> str:
        """Return which stacks decide more about this one once they have changed; or nothing."""
        values = parameters(item.id, self.site, self.facts, self._certain).values()
        deciding = {value.stack for value in values if isinstance(value, _Later)}
        titles = [other.title for other in CATALOGUE if other.id in deciding]
        if item.id in {"app", "functions"} and self.builds:
            titles.append(step_graph.TITLES[step_graph.IMAGE])
        return f"More of it may change after: {', '.join(titles)}." if titles else ""

    async def _find_images(self, stack: Stack) -> None:
        """Find the images that would run; where they are not built yet, those that run now."""
        if self.release:
            kept = {"AppImage": self.release.app_image, "BrokerImage": self.release.broker_image}
            images = build_steps.images_of(kept, self.facts.partition)
            self.facts = replace(self.facts, images=images)
            return
        running = {name: stack.parameters.get(name, "") for name in ("AppImage", "BrokerImage")}
        built: Mapping[str, str] = {}
        build = self._outputs.get("build", {})
        if build.get("AppRepositoryName"):
            built = await build_steps.find_digests(self.stacks.door, self.site, build)
        self.builds = not all(built.get(name) for name in running)
        digests = {name: built.get(name) or digest for name, digest in running.items()}
        images = build_steps.images_of(digests, self.facts.partition)
        self.facts = replace(self.facts, images=images)
