"""Where an operation of our own is declared, found, and keeps its state."""

from collections import defaultdict
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Parameters = dict[str, Any]
Result = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """Who calls and where: account id and region."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


Operation = Callable[[Caller, Parameters], Result]

OPERATIONS: dict[tuple[str, str], Operation] = {}


def operation(service: str, name: str) -> Callable[[Operation], Operation]:
    """Declare the function that answers an operation, under boto3's service name.

    The function gets parameters under the names of the API reference and
    returns the output under those names; it raises `Refusal` as AWS refuses.
    """

    def declare(function: Operation) -> Operation:
        OPERATIONS[service, name] = function
        return function

    return declare


class Store:
    """Records by key, apart for each account and region; global ones for each account."""

    def __init__(self, *, regional: bool = True) -> None:
        self._regional = regional
        self._records: dict[Caller, dict[str, Any]] = defaultdict(dict)

    def of(self, caller: Caller) -> MutableMapping[str, Any]:
        """The records that this caller sees."""
        return self._records[caller if self._regional else Caller(caller.account, "")]
