"""What stays in the account when an answer is lost on the way, and what is named after it."""

import socket
import threading
from collections.abc import Iterator

import pytest

from solarrally_tui.simulator import loopback
from solarrally_tui.simulator.child import Account
from tests.simulator.simulator_setup import IsolatedAccount

BUDGET = {
    "BudgetType": "COST",
    "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": "9", "Unit": "USD"},
}


def _message(sender: socket.socket) -> bytes:
    """Read one request or answer."""
    read = b""
    while True:
        read += sender.recv(65536)
        head, _, body = read.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
        if length and len(body) >= int(length):
            return read


def _lose_first(listener: socket.socket, port: int) -> None:
    """Pass one request of each connection on, and its answer back, but for the first answer."""
    first = True
    while True:
        try:
            caller, _ = listener.accept()
        except OSError:
            return
        with caller, socket.create_connection(("127.0.0.1", port)) as account:
            account.sendall(_message(caller))
            answer = _message(account)
            if not first:
                caller.sendall(answer)
        first = False


@pytest.fixture
def losing(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The account's way to itself loses the first answer."""
    port = int(account.endpoint_url.rpartition(":")[2])
    loopback.client.cache_clear()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(loopback, "_endpoint", f"http://127.0.0.1:{listener.getsockname()[1]}")
        threading.Thread(target=_lose_first, args=(listener, port), daemon=True).start()
        yield
        listener.shutdown(socket.SHUT_RDWR)
    loopback.client.cache_clear()


def test_a_call_whose_answer_is_lost_is_carried_out_once(
    aws: IsolatedAccount, losing: None
) -> None:
    budgets = loopback.client("budgets", aws.number, "us-east-1")
    answer = budgets.create_budget(AccountId=aws.number, Budget={"BudgetName": "b", **BUDGET})
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    [left] = aws.client("budgets").describe_budgets(AccountId=aws.number)["Budgets"]
    assert left["BudgetName"] == "b"


def test_what_a_stack_leaves_is_not_in_the_way_of_the_next_one_of_its_name(
    aws: IsolatedAccount,
) -> None:
    kept = {"DeletionPolicy": "Retain"}
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "iot.amazonaws.com"}}]}
    trust["Statement"][0]["Action"] = "sts:AssumeRole"
    resources = {
        "Budget": kept | {"Type": "AWS::Budgets::Budget", "Properties": {"Budget": BUDGET}},
        "Role": kept
        | {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
        "Log": kept | {"Type": "AWS::Logs::LogGroup", "Properties": {}},
        "Topic": kept | {"Type": "AWS::SNS::Topic", "Properties": {}},
    }
    for _ in range(2):
        assert aws.create_stack("again", resources) == ("CREATE_COMPLETE", [])
        assert aws.delete_stack("again") == ("DELETE_COMPLETE", [])
    assert len(aws.client("budgets").describe_budgets(AccountId=aws.number)["Budgets"]) == 2
    assert len(aws.client("iam").list_roles()["Roles"]) == 2
    assert len(aws.client("logs").describe_log_groups()["logGroups"]) == 2
    assert len(aws.client("sns").list_topics()["Topics"]) == 2
