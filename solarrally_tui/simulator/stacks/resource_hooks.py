"""What AWS checks before and corrects after MiniStack handles a resource."""

from collections.abc import Callable

from solarrally_tui.simulator.resources.registry import Properties, ReturnValues

Refuse = Callable[[str, str, Properties], None]
Correct = Callable[[ReturnValues, Properties], ReturnValues]


class ResourceHooks:
    """Hooks around the handlers of resource types, in the order of their declaration."""

    def __init__(self) -> None:
        self._before_any: list[Refuse] = []
        self._before_create: dict[str, list[Refuse]] = {}
        self._before_delete: dict[str, list[Refuse]] = {}
        self._after_create: dict[str, list[Correct]] = {}
        self._native: dict[str, Callable[[str], str]] = {}

    def refuse_any(self, check: Refuse) -> None:
        """Check every type's properties before creating and updating."""
        self._before_any.append(check)

    def refuse_create(self, kind: str, check: Refuse) -> None:
        """Check a type before creating and updating; `check` raises ValueError to refuse."""
        self._before_create.setdefault(kind, []).append(check)

    def refuse_delete(self, kind: str, check: Refuse) -> None:
        """Check a type before deleting; `check` gets type, physical id and properties."""
        self._before_delete.setdefault(kind, []).append(check)

    def correct(self, kind: str, correction: Correct) -> None:
        """Correct physical id and attributes of a type after creating and updating."""
        self._after_create.setdefault(kind, []).append(correction)

    def identify(self, kind: str, native: Callable[[str], str]) -> None:
        """Say how to get from what Ref gives on AWS to what MiniStack's handlers know."""
        self._native[kind] = native

    def native(self, kind: str, identifier: str) -> str:
        """The physical id that MiniStack's handlers know."""
        return self._native[kind](identifier) if kind in self._native else identifier

    def before_create(self, kind: str, logical_id: str, properties: Properties) -> None:
        """Refuse as AWS does; raises ValueError with the reason."""
        for check in (*self._before_any, *self._before_create.get(kind, ())):
            check(kind, logical_id, properties)

    def before_delete(self, kind: str, identifier: str, properties: Properties) -> None:
        """Refuse as AWS does; raises ValueError with the reason."""
        for check in self._before_delete.get(kind, ()):
            check(kind, identifier, properties)

    def after_create(self, kind: str, made: ReturnValues, properties: Properties) -> ReturnValues:
        """What Ref and Fn::GetAtt give on AWS."""
        for correction in self._after_create.get(kind, ()):
            made = correction(made, properties)
        return made
