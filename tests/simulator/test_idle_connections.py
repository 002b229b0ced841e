"""What the tests of one process leave open between modules."""

from solarrally_tui.simulator.child import Account
from tests.clients import client
from tests.idle_connections import close_idle, open_files


def test_idle_connections_are_closed_and_their_clients_go_on(account: Account) -> None:
    close_idle(many=0)
    before = open_files()
    sts = client(account, "sts", "eu-west-3")
    sts.get_caller_identity()
    assert open_files() > before
    close_idle(many=0)
    assert open_files() <= before
    assert sts.get_caller_identity()["Account"]
