"""One blueprint as a module of Terraform: variables, locals, resources and outputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.blueprints.catalogue import Blueprint
from solarrally_tui.stacks.template import Template, read
from solarrally_tui.terraform.bodies import Body, body
from solarrally_tui.terraform.hcl import Block, Expression, Value, inline, quoted
from solarrally_tui.terraform.names import snake
from solarrally_tui.terraform.provider import Schema, schema
from solarrally_tui.terraform.scope import Scope, Target, UnsupportedError
from solarrally_tui.terraform.types.model import Resource, Row, chosen_name
from solarrally_tui.terraform.types.table import LEFT_OUT, TABLE

_OWN_VARIABLES: Final[Mapping[str, tuple[str, str, Value]]] = {
    "names": (
        "map(string)",
        "Names of resources that exist already, by their name in the blueprint.",
        {},
    ),
    "is_adopted": (
        "bool",
        "Whether the resources exist already. Secrets keep their values.",
        False,
    ),
    "stack_id": (
        "string",
        "ARN of the stack that made the resources, or one alike. Its end makes names unique.",
        "",
    ),
}
"""What a module takes beside the parameters of its blueprint."""

_READS: Final = ("aws_caller_identity", "aws_partition", "aws_region")


@dataclass(frozen=True, slots=True)
class Module:
    """The files of a module: the blocks of each by its name."""

    id: str
    files: Mapping[str, list[Block]]
    resources: tuple[tuple[str, Block], ...]
    """Each resource with the logical id that it has in the blueprint."""


def module(blueprint: Blueprint) -> Module:
    """Return a blueprint as a module. Raises UnsupportedError for what has no row or no place."""
    template = read(blueprint.template())
    scope = Scope(template, _targets(template))
    made = [
        (logical, block)
        for logical, declared in template["Resources"].items()
        for block in _resource(scope, blueprint.id, logical, declared)
    ]
    resources = [block for _, block in made]
    variables = list(_variables(template))
    outputs = [_output(scope, name, out) for name, out in template.get("Outputs", {}).items()]
    settings = [*_locals(scope), *_rules(scope)]
    used = [*resources, *outputs, *settings, *scope.data.values()]
    reads = [Block("data", (name, "current")) for name in _READS if _mentions(used, name)]
    return Module(
        blueprint.id,
        {
            "main.tf": [*reads, *scope.data.values(), *resources],
            "variables.tf": variables,
            "locals.tf": settings,
            "outputs.tf": outputs,
        },
        tuple((logical, block) for logical, block in made if block.type == "resource"),
    )


def _targets(template: Template) -> dict[str, Target]:
    targets = {}
    for logical, declared in template["Resources"].items():
        row = TABLE.get(declared["Type"])
        if row is None:
            if declared["Type"] in LEFT_OUT:
                continue
            raise UnsupportedError(f"{declared['Type']} has no row")
        kind, _, ref = row.ref.rpartition(".")
        address = f"{kind or row.terraform}.{snake(logical)}"
        targets[logical] = Target(address, ref, row.attributes, declared.get("Condition", ""))
    return targets


def _resource(
    scope: Scope, stack: str, logical: str, declared: Mapping[str, Any]
) -> Iterator[Block]:
    row = TABLE.get(declared["Type"])
    if row is None:
        return
    resource = Resource(
        stack,
        logical,
        declared.get("Properties", {}),
        declared.get("Condition", ""),
        declared.get("DeletionPolicy", ""),
    )
    try:
        yield _main(scope, row, resource, declared.get("DependsOn"))
        if row.more:
            yield from row.more(scope, resource)
    except UnsupportedError as error:
        raise UnsupportedError(f"{stack}/{logical}: {error}") from error


def _main(scope: Scope, row: Row, resource: Resource, depends: Any) -> Block:
    made = body(scope, resource.properties, schema(row.terraform), row.rules)
    made.add(row.fixed)
    if row.derived:
        made.add(row.derived(scope, resource))
    if row.named:
        made.arguments.setdefault(row.named, chosen_name(row, resource))
    _refuse_incomplete(made, schema(row.terraform))
    lifecycle = dict(row.lifecycle)
    if row.ignored:
        lifecycle["ignore_changes"] = [Expression(name) for name in row.ignored]
    if lifecycle:
        made.blocks.append(Block("lifecycle", (), lifecycle))
    if depends:
        names = [depends] if isinstance(depends, str) else depends
        made.arguments["depends_on"] = [Expression(scope.targets[name].address) for name in names]
    return resource.block(row.terraform, made.arguments, made.blocks)


def _refuse_incomplete(made: Body, wanted: Schema) -> None:
    """Raise UnsupportedError where an argument or a block is missing that the provider requires."""
    given = {
        *made.arguments,
        *(block.labels[0] if block.labels else block.type for block in made.blocks),
    }
    if missing := wanted.required - given:
        raise UnsupportedError(f"{', '.join(sorted(missing))} is missing")
    for block in made.blocks:
        name, inside = (block.labels[0], block.blocks[0]) if block.labels else (block.type, block)
        if name in wanted.blocks:
            _refuse_incomplete(
                Body(dict(inside.arguments), list(inside.blocks)), wanted.blocks[name]
            )


# --- Variables ------------------------------------------------------------------------------------


def _variables(template: Template) -> Iterator[Block]:
    for name, declared in template.get("Parameters", {}).items():
        yield variable(snake(name), declared)
    for name, (kind, told, default) in _OWN_VARIABLES.items():
        arguments = {"description": told, "type": Expression(kind), "default": default}
        yield Block("variable", (name,), arguments)


def variable(name: str, declared: Mapping[str, Any]) -> Block:
    """Return a variable with the type, the default and the checks of a parameter."""
    kind = declared["Type"]
    number, listed = kind == "Number", kind.startswith("List<")
    shown = "number" if number else "list(string)" if listed else "string"
    arguments: dict[str, Value] = {
        "description": described(name, declared),
        "type": Expression(shown),
    }
    if "Default" in declared:
        default = declared["Default"]
        arguments["default"] = _number(default) if number else str(default)
    told = declared.get("ConstraintDescription", "The value is not allowed.")
    checks = [
        Block("validation", (), {"condition": Expression(check), "error_message": told})
        for check in _checks(f"var.{name}", declared, number=number)
    ]
    return Block("variable", (name,), arguments, checks)


def described(name: str, declared: Mapping[str, Any]) -> str:
    """Return the description of a parameter or an output in one line."""
    return " ".join(str(declared.get("Description", name)).split())


def _checks(variable: str, declared: Mapping[str, Any], *, number: bool) -> Iterator[str]:
    if "AllowedPattern" in declared:
        yield f"can(regex({quoted('^(?:' + declared['AllowedPattern'] + ')$')}, {variable}))"
    if "AllowedValues" in declared:
        allowed = [_number(v) if number else str(v) for v in declared["AllowedValues"]]
        yield f"contains({inline(allowed)}, {variable})"
    for key, read_as, sign in (
        ("MinLength", f"length({variable})", ">="),
        ("MaxLength", f"length({variable})", "<="),
        ("MinValue", variable, ">="),
        ("MaxValue", variable, "<="),
    ):
        if key in declared:
            yield f"{read_as} {sign} {declared[key]}"


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) else float(value) if "." in value else int(value)


# --- Locals, rules and outputs --------------------------------------------------------------------


def _locals(scope: Scope) -> Iterator[Block]:
    conditions = scope.blueprint.get("Conditions", {})
    if conditions:
        decided = {snake(name): Expression(scope.condition(c)) for name, c in conditions.items()}
        yield Block("locals", (), decided)


def _rules(scope: Scope) -> Iterator[Block]:
    """The rules of the template: an apply that breaks one stops before anything is changed."""
    preconditions = [
        Block(
            "precondition",
            (),
            {"condition": Expression(text), "error_message": assertion["AssertDescription"]},
        )
        for rule in scope.blueprint.get("Rules", {}).values()
        for assertion in rule["Assertions"]
        for text in [_asserted(scope, rule.get("RuleCondition"), assertion["Assert"])]
    ]
    if preconditions:
        checked = Block("lifecycle", (), {}, preconditions)
        yield Block("resource", ("terraform_data", "rules"), {}, [checked])


def _asserted(scope: Scope, when: Any, asserted: Any) -> str:
    text = scope.condition(asserted)
    return f"!({scope.condition(when)}) || {text}" if when else text


def _output(scope: Scope, name: str, declared: Mapping[str, Any]) -> Block:
    value = scope.value(declared["Value"])
    if "Condition" in declared:
        value = Expression(f'local.{snake(declared["Condition"])} ? {inline(value)} : ""')
    told = described(name, declared)
    return Block("output", (snake(name),), {"description": told, "value": value})


def _mentions(blocks: list[Block], name: str) -> bool:
    return any(f"data.{name}.current" in repr(block) for block in blocks)
