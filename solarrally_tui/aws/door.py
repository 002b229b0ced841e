"""The one door to AWS: awaitable calls on a bounded pool, and a guard for read-only sessions."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from solarrally_tui.aws.budget import Budget
from solarrally_tui.aws.call_log import noted
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.aws.keys import AssumedRole, Keys, Secret
from solarrally_tui.aws.patience import ENDURING, LOST, Patience, Say
from solarrally_tui.aws.pool import DaemonPool
from solarrally_tui.aws.rates import Rates
from solarrally_tui.aws.supervision import Supervision
from solarrally_tui.site.regions import ALWAYS_ENABLED

if TYPE_CHECKING:
    from solarrally_tui.aws.session import Clients

_THREADS: Final = 96
"""As many calls as a round of checks makes at once. A thread begins when it is needed."""
_ENDING_SECONDS: Final = 15.0
_ALWAYS_ON: Final = "us-east-1"
_NOT_KNOWN: Final = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure"}
)
"""Codes for keys that a Region does not know."""

_READING: Final = (
    "describe_",
    "list_",
    "get_",
    "head_",
    "batch_get_",
    "lookup_",
    "search_",
    "filter_",
    "simulate_",
    "validate_",
)
_READING_TOO: Final = frozenset(
    {"check_domain_availability", "detect_stack_drift", "download_db_log_file_portion"}
)
_WRITING_ANYWAY: Final = frozenset({"get_session_token", "get_federation_token"})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are in AWS."""

    account: str
    arn: str
    user_id: str

    @property
    def partition(self) -> str:
        """The AWS partition, such as aws or aws-cn."""
        return self.arn.split(":")[1]

    @property
    def is_root(self) -> bool:
        """Whether these are the root user's credentials."""
        return self.arn.endswith(":root")


def is_reading(operation: str) -> bool:
    """Tell whether a boto3 operation only reads. Anything unknown counts as writing."""
    if operation in _WRITING_ANYWAY:
        return False
    return operation.startswith(_READING) or operation in _READING_TOO


T = TypeVar("T")


class Door:
    """Calls AWS in one home Region; other Regions by name.

    Every call is made on a bounded pool of threads, so that the event loop never waits.
    """

    def __init__(
        self,
        clients: "Clients",
        pool: DaemonPool,
        region: str,
        *,
        read_only: bool,
        patience: Patience | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._clients = clients
        self.budget = budget or Budget()
        self._patience = patience or Patience()
        self._supervision: Supervision | None = None
        self._rates = Rates({})
        self._pool = pool
        self.region = region
        self.read_only = read_only

    @classmethod
    async def open(
        cls,
        region: str | None = None,
        profile: str | None = None,
        *,
        keys: Keys | None = None,
        role: AssumedRole | None = None,
        read_only: bool = False,
        asks_codes: bool = True,
    ) -> Self:
        """Open a door with the credentials of the environment, a profile, or keys.

        role: a role to assume with them. asks_codes: whether a profile with an MFA device may ask
        for its code in the terminal. boto3 is imported here, in a thread: it takes about 0.2 s.
        Raises AwsError.
        """
        pool = DaemonPool(_THREADS, "aws")
        clients = await asyncio.get_running_loop().run_in_executor(
            pool, lambda: _clients(profile, region, keys, role, asks_codes=asks_codes)
        )
        return cls(clients, pool, region or clients.default_region, read_only=read_only)

    def with_region(self, region: str) -> "Door":
        """Return a door with another home Region that shares credentials and pool."""
        door = copy(self)
        door.region = region
        return door

    def supervised(self, supervision: Supervision) -> "Door":
        """Return a door that only reads, only what is allowed, and notes its calls."""
        door = copy(self)
        door.read_only, door._supervision = True, supervision  # noqa: SLF001 its own class
        return door

    def read_credentials_again(self) -> None:
        """Read profiles and credentials again at the next call: somebody may have signed in."""
        self._clients.forget()

    def attend(self) -> None:
        """Note that somebody is there, who can sign in again while a run waits for that."""
        self._patience.attended = True

    def patient(self, say: Say) -> "Door":
        """Return a door for a run, which tries calls again for minutes and says so."""
        # Keys that were given do not change: only what a profile leads to can be signed in anew.
        attended = self._patience.attended and self._clients.can_sign_in_again
        door = copy(self)
        door._patience = Patience(say, attended=attended)  # noqa: SLF001 its own class
        return door

    def brief(self) -> "Door":
        """Return a door that gives up within seconds, for what a run can do without."""
        door = copy(self)
        door._patience = Patience()  # noqa: SLF001 its own class
        return door

    def paced(self, rates: Rates, say: Say) -> "Door":
        """Return a patient door whose calls take turns; throttling makes them slower only."""
        door = self.patient(say)
        door._rates = rates  # noqa: SLF001 its own class
        door._patience.limits = ENDURING  # noqa: SLF001
        return door

    @property
    def endpoint_url(self) -> str | None:
        """The endpoint that replaces AWS's own, as boto3 reads it; None on real AWS."""
        return os.environ.get("AWS_ENDPOINT_URL") or None

    async def call(
        self, service: str, operation: str, /, region: str | None = None, **params: Any
    ) -> dict[str, Any]:
        """Call a boto3 operation by its snake_case name, return the response. Raises AwsError.

        It is repeated where AWS does not answer, so a write must be one that may be: see once.
        """
        from solarrally_tui.aws.session import invoke  # noqa: PLC0415 boto3 is slow to import

        self._guard(service, operation)
        with_region = service, operation, region or self.region
        response: dict[str, Any] = await self._ask(invoke, with_region, params)
        return response

    async def once(
        self,
        service: str,
        operation: str,
        look: Callable[[], Awaitable[dict[str, Any] | None]],
        /,
        **params: Any,
    ) -> dict[str, Any]:
        """Make a write that AWS would do again where its answer was lost and it is repeated.

        look: returns what the lost answer would have said where AWS has done it, else None. In the
        door's own Region. Raises AwsError.
        """
        from solarrally_tui.aws.session import invoke  # noqa: PLC0415

        self._guard(service, operation)
        trial = self._patience.trial(f"{service}.{operation}")
        call = service, operation, self.region
        while True:
            try:
                response: dict[str, Any] = await self._ask(invoke, call, params, repeats=False)
            except AwsError as error:
                if error.kind not in LOST:
                    raise
                if (found := await look()) is not None:
                    return found
                if (pause := trial.pause(error)) is None:
                    raise
                await asyncio.sleep(pause)
            else:
                return response

    async def find(
        self, service: str, operation: str, /, region: str | None = None, **params: Any
    ) -> dict[str, Any] | None:
        """Call an operation as call does; return None where AWS says that the thing is not there.

        Raises AwsError for everything else.
        """
        with tolerate(Kind.NOT_FOUND):
            return await self.call(service, operation, region, **params)
        return None

    async def pages(
        self, service: str, operation: str, key: str, /, region: str | None = None, **params: Any
    ) -> list[Any]:
        """Return the items under key of every page of an operation. Raises AwsError."""
        from solarrally_tui.aws.session import invoke_pages  # noqa: PLC0415

        self._guard(service, operation)
        with_region = service, operation, region or self.region
        items: list[Any] = await self._ask(invoke_pages, with_region, key, params)
        return items

    async def identity(self) -> Identity:
        """Return who we are in AWS. Raises AwsError.

        us-east-1 is asked, because a Region that is switched off knows no keys at all.
        """
        caller = await self.call("sts", "get_caller_identity", _ALWAYS_ON)
        return Identity(caller["Account"], caller["Arn"], caller["UserId"])

    async def credential_source(self) -> str:
        """Return where the credentials come from, in botocore's words. Raises AwsError."""
        source: str = await self._run(self._clients.credential_source)
        return source

    async def credential_facts(self) -> tuple[str, datetime | None]:
        """Return the access key ID, and when the session expires where that is known.

        Raises AwsError.
        """
        facts: tuple[str, datetime | None] = await self._run(self._clients.credential_facts)
        return facts

    async def credentials_renewed(self) -> bool:
        """Whether new keys are fetched before the present ones expire. Raises AwsError."""
        renewed: bool = await self._run(self._clients.credentials_renewed)
        return renewed

    async def keys_in_use(self) -> Keys:
        """Return the keys that calls are signed with now. Raises AwsError."""
        keys: Keys = await self._run(self._clients.keys_in_use)
        return keys

    async def take_with_code(self, role: AssumedRole, serial: str, code: Secret) -> Keys:
        """Assume a role once with a code of an MFA device. Raises AwsError."""
        from solarrally_tui.aws.session import take_with_code  # noqa: PLC0415

        self._guard("sts", "assume_role")
        keys: Keys = await self._run(take_with_code, self._clients, role, serial, code)
        return keys

    async def address_of(
        self, bucket: str, key: str, seconds: int, operation: str = "get_object"
    ) -> str:
        """Return an address at which anybody can read one S3 object for some seconds.

        With the operation put_object, anybody can write it there.
        """
        from solarrally_tui.aws.session import address_of  # noqa: PLC0415

        where = (bucket, key, seconds, operation)
        address: str = await self._run(address_of, self._clients, self.region, where)
        return address

    async def to_its_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something that leaves nothing behind in AWS only when it comes to its end.

        It continues where the caller is cancelled, and close waits for it.
        """
        task = asyncio.ensure_future(work)
        endings = self._pool.endings
        endings.add(task)
        task.add_done_callback(endings.discard)
        # Somebody has to read the error of a task whose caller was cancelled, or asyncio complains.
        task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Release the threads. Calls in progress are left alone; nothing waits for them.

        Only what has to come to its end is waited for, for some seconds.
        """
        if self._pool.endings:
            await asyncio.wait(self._pool.endings, timeout=_ENDING_SECONDS)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def __aenter__(self) -> Self:
        """Return the door itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the door."""
        await self.close()

    async def _ask(
        self, function: Any, call: tuple[str, str, str], *params: Any, repeats: bool = True
    ) -> Any:
        """Call AWS in a Region, again where that did not work out.

        repeats: whether also where the answer was lost.
        """
        if self._supervision is None:
            return await self._tried(function, call, *params, repeats=repeats)
        with self._supervision.timed(*call):
            return await self._tried(function, call, *params, repeats=repeats)

    async def _tried(
        self, function: Any, call: tuple[str, str, str], *params: Any, repeats: bool
    ) -> Any:
        service, operation, region = call
        name = f"{service}.{operation}"
        trial, rates = self._patience.trial(name), self._rates
        while True:
            await self.budget.take()
            await rates.turn(name)
            try:
                with noted(service, operation, params[-1] if params else None):
                    answer = await self._run(function, self._clients, *call, *params)
            except AwsError as error:
                if error.kind is Kind.THROTTLED:
                    self.budget.throttled()
                    rates.throttled(name)
                await self._refuse_switched_off(error, region)
                if not repeats and error.kind in LOST:
                    raise
                if (pause := trial.pause(error)) is None:
                    raise
                await asyncio.sleep(pause)
                if error.kind is Kind.EXPIRED:
                    self._clients.forget()
            else:
                self._patience.over(name)
                self.budget.answered()
                rates.answered(name)
                return answer

    async def _refuse_switched_off(self, error: AwsError, region: str) -> None:
        """Raise another error for a Region that is switched off: it knows no keys."""
        if error.code not in _NOT_KNOWN or region in ALWAYS_ENABLED or not await self._is_known():
            return
        message = f"{_ALWAYS_ON} accepts these credentials, and {region} does not"
        raise AwsError("RegionSwitchedOff", message, error.service, error.operation) from error

    async def _is_known(self) -> bool:
        try:
            await self.identity()
        except AwsError:
            return False
        return True

    def _guard(self, service: str, operation: str) -> None:
        if self.read_only and not is_reading(operation):
            raise AwsError("ReadOnly", "this session is read-only", service, operation)
        if self._supervision is not None:
            self._supervision.guard(service, operation)

    async def _run(self, function: Any, *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *args)


def _clients(
    profile: str | None,
    region: str | None,
    keys: Keys | None,
    role: AssumedRole | None,
    *,
    asks_codes: bool,
) -> "Clients":
    from solarrally_tui.aws.session import Clients  # noqa: PLC0415

    return Clients(profile, region, keys, role, asks_codes=asks_codes)
