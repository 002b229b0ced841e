"""Rows of the table of types, and a resource of a blueprint on its way to Terraform."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.terraform.bodies import Body, Rules
from solarrally_tui.terraform.hcl import Block, Expression, Template, Value, inline
from solarrally_tui.terraform.names import snake
from solarrally_tui.terraform.scope import Scope


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a blueprint: its logical id, its properties, and the condition that it has."""

    stack: str
    logical: str
    properties: Mapping[str, Any]
    condition: str
    deletion: str

    @property
    def name(self) -> str:
        """Its name in Terraform."""
        return snake(self.logical)

    def refers(self, resource_type: str, attribute: str) -> Expression:
        """Return an attribute of the Terraform resource of this name, in the same condition."""
        at = "[0]" if self.condition else ""
        return Expression(f"{resource_type}.{self.name}{at}.{attribute}")

    def block(
        self,
        resource_type: str,
        arguments: Mapping[str, Value],
        blocks: Sequence[Block] = (),
        *,
        suffix: str = "",
        when: str = "",
    ) -> Block:
        """Return a resource of its own name that exists under its condition, and under when."""
        terms = [f"local.{snake(self.condition)}"] if self.condition else []
        terms += [when] if when else []
        count = {"count": Expression(f"{' && '.join(terms)} ? 1 : 0")} if terms else {}
        labels = (resource_type, self.name + suffix)
        return Block("resource", labels, count | dict(arguments), list(blocks))


More = Callable[[Scope, Resource], Iterable[Block]]


@dataclass(frozen=True, slots=True)
class Row:
    """How one type of CloudFormation becomes one type of Terraform, and others beside it."""

    terraform: str
    rules: Rules = field(default_factory=dict)
    ref: str = "id"
    """The attribute that Ref stands for; with a dot in it, a type of its own before the dot."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """By CloudFormation's name of what GetAtt gives: the attribute of Terraform."""
    named: str = ""
    """The argument that names it, where the blueprint lets CloudFormation choose a name."""
    default_name: str = "solarrally-{site}-{stack}-{logical}"
    fixed: Body = field(default_factory=Body)
    """What Terraform asks for and CloudFormation implies."""
    derived: Callable[[Scope, Resource], Body] | None = None
    """What follows from several properties together."""
    more: More | None = None
    beside: tuple[str, ...] = ()
    """The types of Terraform that more writes."""
    ignored: tuple[str, ...] = ()
    """Arguments that others than Terraform change."""
    lifecycle: Mapping[str, Value] = field(default_factory=dict)


_SITE: Final = Expression("var.site_name")


def chosen_name(row: Row, resource: Resource) -> Value:
    """Return a name where CloudFormation would choose one: the adopted one, or a fixed one."""
    pattern = row.default_name.format(
        site="\0", stack=resource.stack, logical=resource.logical, lower=resource.logical.lower()
    )
    before, after = pattern.split("\0")
    default = Template(tuple(part for part in (before, _SITE, after) if part))
    return Expression(f'lookup(var.names, "{resource.logical}", {inline(default)})')
