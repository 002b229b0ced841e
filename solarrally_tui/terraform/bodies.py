"""Properties of CloudFormation as arguments and blocks of Terraform, checked by the schema."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Union

from solarrally_tui.terraform.hcl import NULL, Block, Expression, Value
from solarrally_tui.terraform.names import snake
from solarrally_tui.terraform.provider import OPEN, Schema
from solarrally_tui.terraform.scope import Scope, UnsupportedError

_OPEN_SCHEMA: Final = Schema({}, {}, frozenset())


@dataclass(frozen=True, slots=True)
class Body:
    """Arguments and blocks that belong into a resource or a block."""

    arguments: dict[str, Value] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def add(self, other: "Body") -> None:
        """Take what another body has."""
        self.arguments.update(other.arguments)
        self.blocks.extend(other.blocks)


Shape = Callable[[Scope, Any], Body]
Rule = Union[str, "Into", "Flat", Shape, None]
"""What becomes of a property: another name, a name with rules of its own, a part of the body around
it, a function, or nothing where Terraform has nothing like it."""
Rules = Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Into:
    """A property that becomes a block or an argument of a name, with rules for its inside."""

    name: str
    rules: Rules = field(default_factory=dict)
    fixed: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flat:
    """A property whose inside belongs into the body around it."""

    rules: Rules = field(default_factory=dict)


def body(scope: Scope, properties: Mapping[str, Any], schema: Schema, rules: Rules) -> Body:
    """Return the body that properties become. Raises UnsupportedError for what has no place."""
    made = Body()
    for name, node in properties.items():
        made.add(_property(scope, rules.get(name, snake(name)), node, schema))
    return made


def _property(scope: Scope, rule: Rule, node: Any, schema: Schema) -> Body:
    if rule is None:
        return Body()
    if isinstance(rule, Flat):
        return body(scope, node, schema, rule.rules)
    if isinstance(rule, str):
        rule = Into(rule)
    if not isinstance(rule, Into):
        return rule(scope, node)
    if rule.name == "tags":
        return Body({"tags": {tag["Key"]: scope.value(tag["Value"]) for tag in node}})
    kind = schema.arguments.get(rule.name)
    if kind == OPEN or (
        schema is _OPEN_SCHEMA and isinstance(node, Mapping) and not _is_call(node)
    ):
        return Body({}, list(_blocks(scope, rule, node, _OPEN_SCHEMA)))
    if kind is not None or schema is _OPEN_SCHEMA:
        value = scope.value(node)
        return Body() if value is NULL else Body({rule.name: value})
    if rule.name in schema.blocks:
        return Body({}, list(_blocks(scope, rule, node, schema.blocks[rule.name])))
    raise UnsupportedError(f"there is no {rule.name}")


def _blocks(
    scope: Scope, rule: Into, node: Any, schema: Schema, when: tuple[str, ...] = ()
) -> Iterator[Block]:
    """Return a block for each object: dynamic ones where a condition decides."""
    if isinstance(node, list):
        for item in node:
            yield from _blocks(scope, rule, item, schema, when)
    elif node == {"Ref": "AWS::NoValue"}:
        return
    elif set(node) == {"Fn::If"}:
        condition, then, otherwise = node["Fn::If"]
        local = f"local.{snake(condition)}"
        yield from _blocks(scope, rule, then, schema, (*when, local))
        yield from _blocks(scope, rule, otherwise, schema, (*when, f"!{local}"))
    else:
        inner = body(scope, node, schema, rule.rules)
        inner.arguments.update(rule.fixed)
        yield conditional(rule.name, inner, when)


def as_json(name: str) -> Shape:
    """Return a rule for a policy or another document: an argument that holds it as JSON text."""
    return lambda scope, node: Body({name: scope.policy(node)})


def conditional(name: str, inner: Body, when: tuple[str, ...]) -> Block:
    """Return a block, or one that is there where all of the conditions hold."""
    if not when:
        return Block(name, (), inner.arguments, inner.blocks)
    content = Block("content", (), inner.arguments, inner.blocks)
    each = {"for_each": Expression(f"{' && '.join(when)} ? [1] : []")}
    return Block("dynamic", (name,), each, [content])


def _is_call(node: Mapping[str, Any]) -> bool:
    return len(node) == 1 and next(iter(node)).startswith(("Ref", "Fn::"))
