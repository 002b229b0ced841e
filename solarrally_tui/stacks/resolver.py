"""Resolve a template for one set of parameters, without AWS.

What the parameters decide becomes a plain value. A resource whose condition is false is dropped.
References to resources and their attributes stay as `{"Ref": ..}` and `{"Fn::GetAtt": ..}`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.stacks import functions
from solarrally_tui.stacks.functions import ResolveError
from solarrally_tui.stacks.template import Template

_NO_VALUE: Final = object()
_PLAIN: Final[Mapping[str, Callable[[Any], Any]]] = {
    "Fn::Join": functions.join,
    "Fn::Select": functions.select,
    "Fn::Split": functions.split,
    "Fn::Cidr": functions.cidr,
}


@dataclass(frozen=True)
class _Scope:
    """What is known while a template is resolved, and which conditions are decided."""

    known: Mapping[str, Any]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    decided: dict[str, bool] = field(default_factory=dict)


def resolve(
    template: Template, parameters: Mapping[str, str], pseudo: Mapping[str, str]
) -> Template:
    """Return the template with Resources and Outputs resolved.

    `pseudo` gives the pseudo parameters, such as AWS::Region. Raises ResolveError for a missing
    or unknown parameter and for a reference to something that does not exist.
    """
    known = {**pseudo, **_values(template.get("Parameters", {}), parameters)}
    scope = _Scope(known, template.get("Mappings", {}), template.get("Conditions", {}))
    resources = _kept(template["Resources"], scope)
    for resource in resources.values():
        _prune_depends_on(resource, resources)
    resolved = {"Resources": resources, "Outputs": _kept(template.get("Outputs", {}), scope)}
    _refuse_dangling(resolved)
    return resolved


def _values(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    unknown = sorted(given.keys() - declared.keys())
    missing = sorted(
        name for name, body in declared.items() if name not in given and "Default" not in body
    )
    if unknown or missing:
        raise ResolveError(f"Unknown parameters: {unknown}. Parameters without a value: {missing}.")
    return {
        name: _value(declaration["Type"], given.get(name, declaration.get("Default")))
        for name, declaration in declared.items()
    }


def _value(kind: str, value: Any) -> Any:
    plain = functions.text(value)
    is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
    return [part.strip() for part in plain.split(",")] if is_list else plain


def _kept(section: Mapping[str, Any], scope: _Scope) -> dict[str, Any]:
    kept = {}
    for name, body in section.items():
        if "Condition" in body and not _condition(body["Condition"], scope):
            continue
        kept[name] = _walk({k: v for k, v in body.items() if k != "Condition"}, scope)
    return kept


def _walk(node: Any, scope: _Scope) -> Any:
    if isinstance(node, list):
        return [item for item in (_walk(part, scope) for part in node) if item is not _NO_VALUE]
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        name, argument = next(iter(node.items()))
        if name == "Ref" or name.startswith("Fn::"):
            return _function(name, argument, scope)
    walked = {key: _walk(value, scope) for key, value in node.items()}
    return {key: value for key, value in walked.items() if value is not _NO_VALUE}


def _function(name: str, argument: Any, scope: _Scope) -> Any:
    if name == "Ref":
        return _reference(argument, scope)
    if name == "Fn::If":
        condition, positive, negative = argument
        return _walk(positive if _condition(condition, scope) else negative, scope)
    resolved = _walk(argument, scope)
    if name == "Fn::Sub":
        return functions.sub(resolved, scope.known)
    if name == "Fn::FindInMap":
        return functions.find_in_map(resolved, scope.mappings)
    return _PLAIN[name](resolved) if name in _PLAIN else {name: resolved}


def _reference(name: str, scope: _Scope) -> Any:
    if name == "AWS::NoValue":
        return _NO_VALUE
    return scope.known.get(name, {"Ref": name})


def _condition(name: str, scope: _Scope) -> bool:
    if name not in scope.conditions:
        raise ResolveError(f"There is no condition {name}.")
    if name not in scope.decided:
        scope.decided[name] = _decide(scope.conditions[name], scope)
    return scope.decided[name]


def _decide(expression: Mapping[str, Any], scope: _Scope) -> bool:
    name, argument = next(iter(expression.items()))
    if name == "Condition":
        return _condition(argument, scope)
    if name == "Fn::Equals":
        return functions.equals(_walk(argument, scope))
    if name == "Fn::Not":
        return not _decide(argument[0], scope)
    if name in ("Fn::And", "Fn::Or"):
        decided = [_decide(part, scope) for part in argument]
        return all(decided) if name == "Fn::And" else any(decided)
    raise ResolveError(f"{name} is not a condition function.")


def _prune_depends_on(resource: dict[str, Any], resources: Mapping[str, Any]) -> None:
    """Drop dependencies on resources that do not exist, as CloudFormation does."""
    if "DependsOn" not in resource:
        return
    named = resource["DependsOn"]
    left = [n for n in ([named] if isinstance(named, str) else named) if n in resources]
    del resource["DependsOn"]
    if left:
        resource["DependsOn"] = left


def _refuse_dangling(resolved: Template) -> None:
    missing = sorted(set(references(resolved)) - resolved["Resources"].keys())
    if missing:
        raise ResolveError(
            f"The template refers to resources that do not exist: {', '.join(missing)}."
        )


def references(node: Any) -> Iterator[str]:
    """Yield the logical ids that a resolved value refers to."""
    if isinstance(node, list):
        for part in node:
            yield from references(part)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "Ref" and not str(value).startswith("AWS::"):
            yield value
        elif key == "Fn::GetAtt":
            yield value[0]
        else:
            yield from functions.sub_names(value) if key == "Fn::Sub" else ()
            yield from references(value)
