"""What a deployment would do, before it does it: asked of AWS, without changing anything.

Stacks that exist are asked by a change set that is never executed; stacks that do not are new.
A stack's inputs are the outputs that the stacks before it will have, as far as these can be told.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.blueprints import CATALOGUE, Blueprint
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import STUCK, Stack
from solarrally_tui.pricing.estimate import UnruledTypeError
from solarrally_tui.pricing.metering.charge import Resource
from solarrally_tui.pricing.metering.resources import of_stack, resources
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.plan import (
    Change,
    CostChange,
    Doing,
    Plan,
    StackPlan,
    Standing,
    Value,
)
from solarrally_tui.provisioning.deployment import facts, step_graph
from solarrally_tui.provisioning.deployment.builds import build_steps
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.deployment.domain import domain_change
from solarrally_tui.provisioning.engine.narrator import Voice
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.preview.cost import costs
from solarrally_tui.provisioning.preview.dry_run import asked
from solarrally_tui.provisioning.preview.template_diff import (
    Resolved,
    compared,
    outputs_after,
    resolved,
    values_of,
)
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.parameters import MissingValueError, parameters
from solarrally_tui.stacks.template import read

_LATER: Final = "solarrally:later:"
"""Stands for an output that cannot be known yet, followed by its stack's id."""

_COMPARED: Final = "Only the templates were compared."
"""The reason of a stack about which AWS was not asked."""

_ENDS: Final = frozenset({Kind.EXPIRED, Kind.NO_CREDENTIALS, Kind.UNREACHABLE})
_ANEW: Final = frozenset({Doing.REPLACE, Doing.MAYBE})
_PROVIDER: Final = "arn:{}:iam::{}:oidc-provider/token.actions.githubusercontent.com"


async def preview(site: Site, door: Door) -> Plan:
    """Return what deploying a site would do. Changes nothing and leaves nothing behind.

    In a read-only session the templates alone are compared, and the plan says so.
    Raises StepError where a guard would refuse the deployment, and AwsError.
    """
    run = Run(site, door.with_region(site.region), Voice(site.name, lambda _: None))
    stacks, known = await asyncio.gather(
        SiteStacks.of(site, door).all(), record.find(door, site.name)
    )
    there = {id_: stack for id_, stack in stacks.items() if stack and stack.is_created}
    if there or known:
        await facts.look(run)
    before = known.site if known else site
    return await Preview(run, before, there).plan()


@dataclass(slots=True)
class Preview:
    """One preview under way."""

    run: Run
    before: Site
    """The site as it was deployed."""
    there: Mapping[str, Stack]
    builds: bool = False
    trouble: Plain | None = None
    _was: list[Resource] = field(default_factory=list)
    _will: list[Resource] = field(default_factory=list)
    _marked: dict[str, dict[str, str]] = field(default_factory=dict)
    _tasks: dict[str, "asyncio.Task[StackPlan]"] = field(default_factory=dict)

    async def plan(self) -> Plan:
        """Ask about every stack, each after those that it needs."""
        if self.there:
            known = self.run.facts
            provider = _PROVIDER.format(known["Partition"], known["AccountId"])
            known["OidcProviderArn"] = provider
        try:
            async with asyncio.TaskGroup() as group:
                for item in CATALOGUE:
                    self._tasks[item.id] = group.create_task(self._one(item))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        stacks = tuple(task.result() for task in self._tasks.values())
        return Plan(
            self.run.site.name, stacks, self.builds, self._costs(), self.trouble, self._warnings()
        )

    def _warnings(self) -> tuple[str, ...]:
        app, edge = [
            stack.parameters if (stack := self.there.get(key)) else {} for key in ("app", "edge")
        ]
        return domain_change.judge(app, edge, self.run.site).warnings

    def _costs(self) -> tuple[CostChange, ...]:
        if not self.there:
            return ()
        new = (each for each in resources(self.run.site) if each.stack not in self.there)
        try:
            return costs(self.before, self._was, self.run.site, [*self._will, *new])
        except UnruledTypeError as error:  # of a template that another version made
            return (CostChange("", "", str(error), None),)

    async def _one(self, item: Blueprint) -> StackPlan:
        for need in item.needs:
            await asyncio.shield(self._tasks[need])
        stack = self.there.get(item.id)
        if stack is None:
            return StackPlan(item.id, item.title, Standing.NEW)
        self.run.outputs[item.id] = self._marked[item.id] = stack.outputs
        if item.id == "app":
            await self._images(stack)
        try:
            values = parameters(item.id, self.run.site, self.run.facts, self.run.outputs)
        except MissingValueError as error:
            reason = f"Its inputs come from stacks that are not made yet. {error}"
            return StackPlan(item.id, item.title, Standing.UNKNOWN, there=0, reason=reason)
        return await self._compared(item, stack, values)

    async def _compared(self, item: Blueprint, stack: Stack, values: dict[str, str]) -> StackPlan:
        told = await self._template(item, stack)
        was = self._resolved(item, told, stack.parameters)
        will = self._resolved(item, item.template(), values)
        self._take_costs(item, was, will)
        reason, changes = self._later(item), await self._asked(item, stack, values)
        if isinstance(changes, str):
            differ = compared(item.id, was, will) if was and will else ()
            # The same template with the same values is no change; AWS need not be asked for that.
            same = changes == _COMPARED and was == will and was is not None
            reason, changes = reason if same else changes, differ
        elif was and will:
            changes = _really(changes, was, will)
        self._pass_on(item, stack, was, will, changes)
        # What only AWS could tell is unknown, unless comparing found something.
        doubt = Standing.UNKNOWN if reason else Standing.UNCHANGED
        return StackPlan(
            item.id,
            item.title,
            Standing.CHANGES if changes else doubt,
            changes,
            _told(item, stack.parameters, values),
            len(was.resources) if was else 0,
            reason,
        )

    async def _asked(
        self, item: Blueprint, stack: Stack, values: dict[str, str]
    ) -> tuple[Change, ...] | str:
        """Return the changes, or as a text why AWS could not tell them."""
        if stack.busy:
            return f"Something is under way in it: {stack.status}."
        if stack.status in STUCK:
            return f"It is in the state {stack.status}. Somebody has to look at it first."
        region = item.region_for(self.run.site.region)
        # Without a role: CloudFormation goes on with the one that the stack has.
        wanted = Wanted(self.run.site.name, stack.name, region, item.template(), values)
        try:
            return await asked(self.run.door, item.id, wanted, stack)
        except StepError as error:
            return f"{error.plain.what} {error.plain.why}"
        except AwsError as error:
            if error.kind in _ENDS:
                raise
            self.trouble = self.trouble or error.plain
            return _COMPARED

    async def _template(self, item: Blueprint, stack: Stack) -> str:
        """Return the template that the stack has; empty where we may not read it."""
        try:
            told = await self.run.door.call(
                "cloudformation",
                "get_template",
                item.region_for(self.run.site.region),
                StackName=stack.id,
            )
        except AwsError as error:
            if error.kind is Kind.DENIED:
                return ""
            raise
        return str(told["TemplateBody"])

    def _resolved(
        self, item: Blueprint, template: str, values: Mapping[str, str]
    ) -> Resolved | None:
        """Resolve a template; None for one of another version that we cannot read."""
        known, stack = self.run.facts, self.there[item.id]
        china = known["Partition"] == "aws-cn"
        pseudo = {
            "AWS::AccountId": known["AccountId"],
            "AWS::Partition": known["Partition"],
            "AWS::Region": item.region_for(self.run.site.region),
            "AWS::StackId": stack.id,
            "AWS::StackName": stack.name,
            "AWS::URLSuffix": "amazonaws.com.cn" if china else "amazonaws.com",
        }
        try:
            return resolved(template, values, pseudo)
        except (ValueError, LookupError, TypeError):
            return None

    def _take_costs(self, item: Blueprint, was: Resolved | None, will: Resolved | None) -> None:
        if was and will:
            region = item.region_for(self.run.site.region)
            self._was += of_stack(item.id, region, was.resources)
            self._will += of_stack(item.id, region, will.resources)

    def _pass_on(
        self,
        item: Blueprint,
        stack: Stack,
        was: Resolved | None,
        will: Resolved | None,
        changes: tuple[Change, ...],
    ) -> None:
        """Tell the stacks that need this one which outputs it will have."""
        if not (was and will):
            return
        anew = [change.resource for change in changes if change.doing in _ANEW]
        known, unknown = outputs_after(was, will, stack.outputs, anew)
        self.run.outputs[item.id] = known
        self._marked[item.id] = known | dict.fromkeys(unknown, f"{_LATER}{item.id}")

    def _later(self, item: Blueprint) -> str:
        """Say which stacks decide more about this one, once they have changed."""
        site, known = self.run.site, self.run.facts
        marked = parameters(item.id, site, known, self._marked).values()
        titles = [each.title for each in CATALOGUE if any(_LATER + each.id in v for v in marked)]
        if item.id == "app" and self.builds:
            titles.append(step_graph.TITLES[step_graph.IMAGE])
        return f"More may change in it after: {', '.join(titles)}." if titles else ""

    async def _images(self, stack: Stack) -> None:
        """Find the images that would run; where they are not built yet, those that run now."""
        now = {name: stack.parameters.get(name, "") for name in ("AppImage", "BrokerImage")}
        found: Mapping[str, str] = {}
        if self.run.outputs.get("build", {}).get("AppRepositoryName"):
            found = await build_steps.images(self.run)
        self.builds = not all(found.get(name) for name in now)
        build_steps.learn(self.run, {name: found.get(name) or value for name, value in now.items()})


def _told(item: Blueprint, now: Mapping[str, str], values: Mapping[str, str]) -> tuple[Value, ...]:
    """Return the parameters that differ. Those that AWS looks up itself are not ours to compare."""
    declared = read(item.template())["Parameters"]
    kept = {name for name, body in declared.items() if not body["Type"].startswith("AWS::SSM")}
    return values_of(*({k: v for k, v in side.items() if k in kept} for side in (now, values)))


def _really(changes: tuple[Change, ...], was: Resolved, will: Resolved) -> tuple[Change, ...]:
    """Leave out what only refers to a resource that stays the same, and fill in values.

    CloudFormation lists everything that refers to a changed resource, as it cannot exclude that an
    attribute of it changes.
    """
    anew = {change.resource for change in changes if change.doing in _ANEW}
    return tuple(
        _with_values(change, was, will)
        for change in changes
        if not change.because
        or anew & set(change.because)
        or was.resources.get(change.resource) != will.resources.get(change.resource)
    )


def _with_values(change: Change, was: Resolved, will: Resolved) -> Change:
    """Fill in values that AWS did not tell, from the templates."""
    sides = (
        side.resources.get(change.resource, {}).get("Properties") or {} for side in (was, will)
    )
    known = {value.name: value for value in values_of(*sides)}
    values = tuple(
        value if value.before or value.after else known.get(value.name, value)
        for value in change.values
    )
    return replace(change, values=values)
