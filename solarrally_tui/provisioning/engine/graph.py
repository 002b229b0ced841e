"""The graph of steps: who needs whom, checked when it is made. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class GraphError(ValueError):
    """The steps do not form a graph that can be run."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, after everything that it needs."""

    id: str
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Graph:
    """Steps in an order that respects their needs.

    Raises GraphError when made from steps with a repeated id, an unknown need, or a cycle.
    """

    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        ids = [step.id for step in self.steps]
        repeated = {name for name in ids if ids.count(name) > 1}
        unknown = {need for step in self.steps for need in step.needs} - set(ids)
        if repeated or unknown:
            raise GraphError(f"repeated: {sorted(repeated)}, unknown: {sorted(unknown)}")
        self.waves()

    def waves(self) -> tuple[tuple[str, ...], ...]:
        """Return the steps in groups; a group needs only groups before it.

        Raises GraphError naming the steps of a cycle.
        """
        done: frozenset[str] = frozenset()
        found: list[tuple[str, ...]] = []
        while len(done) < len(self.steps):
            wave = self.ready(done, started=done)
            if not wave:
                rest = sorted(step.id for step in self.steps if step.id not in done)
                raise GraphError(f"these steps need each other: {rest}")
            found.append(wave)
            done |= set(wave)
        return tuple(found)

    def ready(self, done: Iterable[str], *, started: Iterable[str]) -> tuple[str, ...]:
        """Return the steps not yet started whose needs are all done, in the graph's order."""
        finished, begun = set(done), set(started)
        return tuple(
            step.id for step in self.steps if step.id not in begun and step.needs <= finished
        )

    def dependants(self, step: str) -> frozenset[str]:
        """Return every step that needs this one, directly or through others."""
        found: set[str] = set()
        while True:
            more = {s.id for s in self.steps if s.needs & (found | {step})} - found
            if not more:
                return frozenset(found)
            found |= more

    def reversed(self) -> "Graph":
        """Return the graph for taking everything down: needs turned round."""
        users = {
            step.id: frozenset(s.id for s in self.steps if step.id in s.needs)
            for step in self.steps
        }
        order = reversed([name for wave in self.waves() for name in wave])
        return Graph(tuple(Step(name, users[name]) for name in order))


def graph(needs: Mapping[str, Iterable[str]]) -> Graph:
    """Return the graph of a mapping from step to what it needs. Raises GraphError."""
    return Graph(tuple(Step(name, frozenset(them)) for name, them in needs.items()))
