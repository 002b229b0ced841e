"""The graph of steps: which step needs which, done or at least accepted by AWS. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter


class GraphError(ValueError):
    """The steps do not form a graph that can be run."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A need that is met before its step is done: AWS has accepted what the step asks for.

    The step itself notes when that is so (Context.accepted). An account that may not have something
    is refused before that.
    """

    step: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, after everything that it needs."""

    id: str
    needs: frozenset[str] = frozenset()
    """Steps that have to be done before."""
    needs_accepted: frozenset[str] = frozenset()
    """Steps that have to be done, or accepted by AWS, before."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Steps and what each one needs.

    Raises GraphError when created from steps with a repeated id, an unknown need, or a cycle.
    """

    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        ids = [step.id for step in self.steps]
        repeated = {name for name in ids if ids.count(name) > 1}
        unknown = {need for step in self.steps for need in _all_needs(step)} - set(ids)
        if repeated or unknown:
            raise GraphError(f"repeated: {sorted(repeated)}, unknown: {sorted(unknown)}")
        self.sorter()

    def sorter(self) -> TopologicalSorter[str]:
        """Return a prepared sorter: get_ready names steps whose needs are done, done takes them.

        It does not distinguish done from accepted. Raises GraphError naming the steps of a cycle.
        """
        # All steps go in before their needs, so that get_ready keeps the graph's order.
        sorter: TopologicalSorter[str] = TopologicalSorter({step.id: () for step in self.steps})
        for step in self.steps:
            sorter.add(step.id, *_all_needs(step))
        try:
            sorter.prepare()
        except CycleError as error:
            raise GraphError(f"these steps need each other: {sorted(set(error.args[1]))}") from None
        return sorter

    def waves(self) -> tuple[tuple[str, ...], ...]:
        """Return the steps in groups; a group needs only groups before it."""
        place = {step.id: index for index, step in enumerate(self.steps)}
        sorter, waves = self.sorter(), []
        while sorter.is_active():
            wave = sorter.get_ready()
            sorter.done(*wave)
            waves.append(tuple(sorted(wave, key=place.__getitem__)))
        return tuple(waves)

    def in_order(self) -> "Graph":
        """Return the same graph with each step after those that it needs."""
        by_id = {step.id: step for step in self.steps}
        return Graph(tuple(by_id[name] for wave in self.waves() for name in wave))

    def reversed(self) -> "Graph":
        """Return the graph for deleting what this one creates: every need turned round.

        What only has to be accepted is no need of a deletion.
        """
        users = {
            step.id: frozenset(s.id for s in self.steps if step.id in s.needs)
            for step in self.steps
        }
        ordered = reversed(self.in_order().steps)
        return Graph(tuple(Step(step.id, users[step.id]) for step in ordered))


def graph(needs: Mapping[str, Iterable[str | Accepted]]) -> Graph:
    """Return the graph of a mapping from step to what it needs. Raises GraphError."""
    return Graph(tuple(_step(name, tuple(them)) for name, them in needs.items()))


def _step(name: str, needs: tuple[str | Accepted, ...]) -> Step:
    done = (need for need in needs if isinstance(need, str))
    accepted = (need.step for need in needs if isinstance(need, Accepted))
    return Step(name, frozenset(done), frozenset(accepted))


def _all_needs(step: Step) -> frozenset[str]:
    return step.needs | step.needs_accepted
