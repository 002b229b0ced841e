import pytest

from solarrally_tui.blueprints import CATALOGUE, of_shape
from solarrally_tui.provisioning.deployment.releases.bringing_out import BRINGING_OUT
from solarrally_tui.provisioning.deployment.step_graph import (
    DEPLOYMENT,
    TASKS,
    TITLES,
    deployment,
    planned,
    rollback,
)
from solarrally_tui.provisioning.engine.graph import Accepted, GraphError, graph
from solarrally_tui.provisioning.teardown.step_graph import TEARDOWN
from solarrally_tui.site.tiers import Shape


def test_waves_start_everything_as_early_as_its_needs_allow() -> None:
    created = graph({"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")})
    assert created.waves() == (("a",), ("b", "c"), ("d",))


def test_a_step_is_ready_once_and_in_the_graphs_order() -> None:
    sorter = graph({"c": ("a",), "b": ("a",), "a": (), "d": ("b",)}).sorter()
    assert sorter.get_ready() == ("a",)
    assert sorter.get_ready() == ()
    sorter.done("a")
    assert sorter.get_ready() == ("c", "b")


@pytest.mark.parametrize(
    ("needs", "named"),
    [
        ({"a": ("b",), "b": ("a",), "c": ()}, "['a', 'b']"),
        ({"a": ("a",)}, "['a']"),
        ({"a": ("nothing",)}, "['nothing']"),
        ({"a": (Accepted("nothing"),)}, "['nothing']"),
        ({"a": (Accepted("b"),), "b": ("a",)}, "['a', 'b']"),
    ],
)
def test_a_graph_that_cannot_run_is_refused_by_name(
    needs: dict[str, tuple[str | Accepted, ...]], named: str
) -> None:
    with pytest.raises(GraphError, match=named.replace("[", r"\[").replace("]", r"\]")):
        graph(needs)


def test_reversed_turns_every_need_round() -> None:
    created = graph({"a": (), "b": ("a",), "c": ("b",)}).reversed()
    assert created.waves() == (("c",), ("b",), ("a",))


@pytest.mark.parametrize("shape", list(Shape))
def test_a_deployment_has_every_stack_and_a_title_for_every_step(shape: Shape) -> None:
    steps = {step.id: step.needs for step in deployment(shape).steps}
    stacks = of_shape(shape)
    assert {item.id for item in stacks} == set(steps) & {item.id for item in CATALOGUE}
    assert set(planned(shape)) == set(steps) <= set(TITLES)
    for item in stacks:
        assert set(item.needs) <= steps[item.id]


def test_titles_are_of_steps_that_some_run_has() -> None:
    steps = {step.id for shape in Shape for step in deployment(shape).steps}
    # A commit that GitHub Actions bring out has one step more, and no stack.
    assert set(TITLES) - steps == {TASKS}
    assert {step.id for step in BRINGING_OUT.steps} - steps == {TASKS}


def test_functions_come_after_their_image_and_tables_before_anybody_signs_in() -> None:
    steps = {step.id: step.needs for step in deployment(Shape.FUNCTIONS).steps}
    assert {"image-build", "app", "data"} <= steps["functions"]
    assert "functions" in steps["edge"]
    assert "administrator" in steps["verify"]
    assert "bridge-certificate" not in steps
    assert rollback(Shape.FUNCTIONS) == deployment(Shape.FUNCTIONS)


def test_the_database_comes_after_what_aws_refuses_most() -> None:
    steps = {step.id: step for step in DEPLOYMENT.steps}
    accepted = {"image-build", "balancer", "distribution"}
    assert steps["data"].needs_accepted == accepted
    assert "data" in steps["app"].needs
    reached: set[str] = set()
    ahead = accepted
    while ahead:
        reached |= ahead
        ahead = {need for step in ahead for need in steps[step].needs} - reached
    assert not reached & {"data", "app"}


def test_images_and_the_bridge_come_before_the_application() -> None:
    steps = {step.id: step.needs for step in DEPLOYMENT.steps}
    assert {"image-build", "bridge-certificate", "service-linked-roles"} <= steps["app"]
    assert "data" not in {*steps["image-build"], *steps["frontend-build"]}


def test_a_teardown_removes_users_before_what_they_use() -> None:
    order = [name for wave in TEARDOWN.waves() for name in wave]
    for item in CATALOGUE:
        for need in item.needs:
            assert order.index(item.id) < order.index(need)
    assert order.index("chargers") < order.index("iot")
    assert order[-1] == "record"
