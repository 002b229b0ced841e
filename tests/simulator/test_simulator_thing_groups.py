"""Lists of thing groups in the simulated account."""

from tests.simulator.simulator_setup import IsolatedAccount


def test_thing_groups_are_listed_by_the_start_of_their_names(aws: IsolatedAccount) -> None:
    iot = aws.client("iot")
    for name in ("sunny", "sunny_type_box", "sunny-side_type_box"):
        iot.create_thing_group(thingGroupName=name)

    def listed(**given: str) -> list[str]:
        return [group["groupName"] for group in iot.list_thing_groups(**given)["thingGroups"]]

    assert listed(namePrefixFilter="sunny_type_") == ["sunny_type_box"]
    assert listed(namePrefixFilter="rainy") == []
    assert len(listed()) == 3
