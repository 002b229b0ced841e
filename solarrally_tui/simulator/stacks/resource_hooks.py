"""What AWS checks before MiniStack handles a resource, and what it returns afterwards."""

from collections.abc import Callable

from solarrally_tui.simulator.resources.registry import Properties, ReturnValues

Refuse = Callable[[str, str, Properties], None]
RefuseUpdate = Callable[[str, Properties, Properties], None]
Correct = Callable[[ReturnValues, Properties], ReturnValues]


class ResourceHooks:
    """Hooks around the handlers of resource types, in the order of their declaration."""

    def __init__(self) -> None:
        self._before_any: list[Refuse] = []
        self._before_new: dict[str, list[Refuse]] = {}
        self._before_create: dict[str, list[Refuse]] = {}
        self._before_update: dict[str, list[RefuseUpdate]] = {}
        self._before_delete: dict[str, list[Refuse]] = {}
        self._after_create: dict[str, list[Correct]] = {}
        self._native: dict[str, Callable[[str], str]] = {}

    def refuse_any(self, check: Refuse) -> None:
        """Check every type's properties before it is created or updated."""
        self._before_any.append(check)

    def refuse_new(self, kind: str, check: Refuse) -> None:
        """Check a type before it is created, and not when it is updated."""
        self._before_new.setdefault(kind, []).append(check)

    def refuse_create(self, kind: str, check: Refuse) -> None:
        """Check a type before it is created or updated. `check` raises ValueError to refuse."""
        self._before_create.setdefault(kind, []).append(check)

    def refuse_update(self, kind: str, check: RefuseUpdate) -> None:
        """Check a change of a type. `check` takes physical id, old and new properties."""
        self._before_update.setdefault(kind, []).append(check)

    def refuse_delete(self, kind: str, check: Refuse) -> None:
        """Check a type before it is deleted. `check` takes type, physical id and properties."""
        self._before_delete.setdefault(kind, []).append(check)

    def correct(self, kind: str, correction: Correct) -> None:
        """Correct the return values of a type after it is created or updated."""
        self._after_create.setdefault(kind, []).append(correction)

    def identify(self, kind: str, native: Callable[[str], str]) -> None:
        """Declare how to get from what Ref gives on AWS to MiniStack's own id."""
        self._native[kind] = native

    def native(self, kind: str, identifier: str) -> str:
        """Return the physical id that MiniStack's handlers know."""
        return self._native[kind](identifier) if kind in self._native else identifier

    def before_new(self, kind: str, logical_id: str, properties: Properties) -> None:
        """Refuse what is created as AWS does. Raises ValueError with the reason."""
        for check in self._before_new.get(kind, ()):
            check(kind, logical_id, properties)

    def before_create(self, kind: str, logical_id: str, properties: Properties) -> None:
        """Refuse as AWS does. Raises ValueError with the reason."""
        for check in (*self._before_any, *self._before_create.get(kind, ())):
            check(kind, logical_id, properties)

    def before_update(self, kind: str, identifier: str, old: Properties, new: Properties) -> None:
        """Refuse as AWS does. Raises ValueError with the reason."""
        for check in self._before_update.get(kind, ()):
            check(identifier, old, new)

    def before_delete(self, kind: str, identifier: str, properties: Properties) -> None:
        """Refuse as AWS does. Raises ValueError with the reason."""
        for check in self._before_delete.get(kind, ()):
            check(kind, identifier, properties)

    def after_create(self, kind: str, values: ReturnValues, properties: Properties) -> ReturnValues:
        """Return what Ref and Fn::GetAtt give on AWS."""
        for correction in self._after_create.get(kind, ()):
            values = correction(values, properties)
        return values
