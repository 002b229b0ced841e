"""Where an operation of our own, or a check before one, is declared, and where it keeps state."""

from collections import defaultdict
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Parameters = dict[str, Any]
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """The account and Region of a call."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """Return an ARN in this account and Region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


Operation = Callable[[Caller, Parameters], Result]

OPERATIONS: dict[tuple[str, str], Operation] = {}


def operation(service: str, name: str) -> Callable[[Operation], Operation]:
    """Declare the function that answers an operation, under boto3's service name.

    The function takes parameters under the names of the API reference and returns the output under
    those names. It raises ApiError where AWS refuses.
    """

    def declare(function: Operation) -> Operation:
        OPERATIONS[service, name] = function
        return function

    return declare


Precondition = Callable[[Caller, Parameters], None]

PRECONDITIONS: dict[tuple[str, str], Precondition] = {}


def precondition(service: str, name: str) -> Callable[[Precondition], Precondition]:
    """Declare what AWS checks before an operation that MiniStack answers.

    The function takes what an operation takes, and raises ApiError where AWS refuses.
    """

    def declare(function: Precondition) -> Precondition:
        PRECONDITIONS[service, name] = function
        return function

    return declare


class Store:
    """Records by key, separate for each account and Region, or for each account alone."""

    def __init__(self, *, regional: bool = True) -> None:
        self._regional = regional
        self._records: dict[Caller, dict[str, Any]] = defaultdict(dict)

    def of(self, caller: Caller) -> MutableMapping[str, Any]:
        """Return the records that this caller sees."""
        return self._records[caller if self._regional else Caller(caller.account, "")]
