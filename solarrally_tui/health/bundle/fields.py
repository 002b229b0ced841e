"""Frozen dataclasses as plain JSON values and back, by their fields. Pure.

What a newer version has added is ignored. What an older one lacked gets its default.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class DamagedError(ValueError):
    """A value does not have the shape of what it should become."""


def dump(value: Any) -> Any:
    """Return a value as what JSON has: objects, lists, texts, numbers."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: dump(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [dump(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def load(kind: type[T], value: Any) -> T:
    """Return what dump made of a value of this type. Raises DamagedError."""
    loaded: T = _load(kind, value)
    return loaded


def _load(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if kind is Any:
        return value
    if origin in (Union, types.UnionType):
        return _first(get_args(kind), value)
    if origin in (tuple, list):
        item, wanted = get_args(kind)[0], origin
        return wanted(_load(item, each) for each in _as(list, value))
    if origin is not None and issubclass(origin, Mapping):
        item = get_args(kind)[1]
        return {str(key): _load(item, each) for key, each in _as(dict, value).items()}
    if is_dataclass(kind):
        return _dataclass(kind, _as(dict, value))
    return _plain(kind, value)


def _first(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in kinds:
        return None
    for kind in kinds:
        try:
            return _load(kind, value)
        except DamagedError:
            continue
    raise _damaged(kinds, value)


def _dataclass(kind: Any, value: dict[str, Any]) -> Any:
    hints = _hints(kind)
    given = {}
    for each in fields(kind):
        if not each.init:
            continue
        if each.name in value:
            given[each.name] = _load(hints[each.name], value[each.name])
        elif each.default is MISSING and each.default_factory is MISSING:
            msg = f"{kind.__name__} lacks {each.name}"
            raise DamagedError(msg)
    return kind(**given)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _plain(kind: Any, value: Any) -> Any:
    if kind is type(None):
        return _as(type(None), value)
    if issubclass(kind, datetime):
        try:
            moment = datetime.fromisoformat(_as(str, value))
        except ValueError:
            raise _damaged(kind, value) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            raise _damaged(kind, value) from None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return _as(kind, value)


def _as(kind: Any, value: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise _damaged(kind, value)
    return value


def _damaged(kind: Any, value: Any) -> DamagedError:
    name = getattr(kind, "__name__", "one of several")
    return DamagedError(f"{type(value).__name__} instead of {name}")
