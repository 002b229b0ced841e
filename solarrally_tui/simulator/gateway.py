"""The ASGI application before MiniStack: our own paths, faults on calls, missing operations."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import request_scope, set_request_account_id, set_request_region

from solarrally_tui.simulator import calls
from solarrally_tui.simulator.control import PREFIX, Control
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.functions import network, roles
from solarrally_tui.simulator.functions.connections import Connections
from solarrally_tui.simulator.iam import operations, principals, refusal_words
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iam.resource_names import Place
from solarrally_tui.simulator.iot.api_rates import ApiRates
from solarrally_tui.simulator.loopback import EXECUTE_API
from solarrally_tui.simulator.scenarios.current import CURRENT
from solarrally_tui.simulator.scenarios.lost_regions import LOST
from solarrally_tui.simulator.services.registry import OPERATIONS, PRECONDITIONS, Caller
from solarrally_tui.simulator.settings import HOME_REGION, INTERNAL
from solarrally_tui.simulator.wire import models, parameters, responses
from solarrally_tui.simulator.wire.answers import INVOCATION, Answers

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# SigV4a signs for several Regions, so its scope names none. MiniStack reads the account from such a
# signature only where it verifies signatures, which it does not do here.
_MULTI_REGION = re.compile(rb"^AWS4-ECDSA-P256-SHA256 (Credential=[^/]+/\d+)/")
_ONE_REGION = rf"AWS4-HMAC-SHA256 \1/{HOME_REGION}/".encode()
_STREAMING = frozenset({"PutObject", "UploadPart"})
_FORM = "application/x-www-form-urlencoded"


class Gateway:
    """Passes on to MiniStack what it does not answer itself."""

    def __init__(
        self,
        behind: Application,
        control: Control,
        faults: Faults,
        authorization: Authorization,
        rates: ApiRates,
        connections: Connections,
    ) -> None:
        self._behind, self._control, self._faults = behind, control, faults
        self._authorization, self._rates = authorization, rates
        self._connections = connections
        self._answers = Answers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        if scope["type"] != "http" or scope["path"].startswith("/_ministack/"):
            await self._behind(scope, receive, send)
            return
        scope = scope | {
            "headers": [(k, _MULTI_REGION.sub(_ONE_REGION, v)) for k, v in scope["headers"]]
        }
        request = _Request(scope, receive)
        if request.internal and request.invocation:
            await self._answers.once(
                request.invocation, lambda keep: self._carry_out(scope, request, keep), send
            )
        else:
            await self._carry_out(scope, request, send)

    async def _carry_out(self, scope: Scope, request: "_Request", send: Send) -> None:
        response = await self._answer(request)
        if response is None:
            await self._behind(scope, request.replay, send)
        else:
            # With an unread body, the server would close the connection while the client writes.
            await request.body()
            await _send(send, response)

    async def _answer(self, request: "_Request") -> responses.ApiResponse | None:
        if request.path.startswith(PREFIX):
            return self._control.answer(request.method, request.path, await request.body())
        call = await request.call()
        if not request.internal and not _reaches(call):
            await request.abandoned()
        if request.path.startswith(EXECUTE_API):
            return self._sending(call, request)
        if not call.service or not call.operation:
            return None
        if not request.internal:
            self._control.calls.count(call)
            if late := self._faults.delay(call):
                await asyncio.sleep(late)
            refusal = LOST.refusal(call) or self._faults.refusal(call) or self._rates.refusal(call)
            refusal = refusal or await self._refused(call, request)
            refusal = refusal or await self._denied(call, request)
            if refusal:
                return responses.failure(call.protocol, refusal)
        return await self._operate(call, request)

    def _sending(self, call: calls.Call, request: "_Request") -> responses.ApiResponse | None:
        """Return how IAM refuses a call of an API about a connection; None for everything else."""
        path = request.path.removeprefix(EXECUTE_API)
        words = self._connections.denial(call.access_key, call.account, request.method, path)
        if not words:
            return None
        refusal = refusal_words.error("apigatewaymanagementapi", "rest-json", words)
        return responses.failure("rest-json", refusal)

    async def _denied(self, call: calls.Call, request: "_Request") -> responses.ApiError | None:
        """Return how IAM refuses a call; None where it allows it."""
        principals.call_with(call.access_key, call.account)
        principal = principals.of_key(call.access_key, call.account)
        if principal.is_root:
            return None
        # The bytes of an object are no parameters, and may be many.
        body = b"" if call.operation in _STREAMING else await request.body()
        operation = models.service(call.service).operation_model(call.operation)
        given = parameters.parameters(operation, call.path, call.query, body, request.headers)
        place = Place(call.account, call.region)
        with request_scope(call.account, call.region):
            needed = list(operations.needed(call.service, call.operation, given, place))
        denial = self._authorization.denial(principal, needed, place)
        if denial is None:
            return None
        return refusal_words.error(call.service, call.protocol, denial.message)

    @staticmethod
    async def _refused(call: calls.Call, request: "_Request") -> responses.ApiError | None:
        """Return how AWS refuses this call in the scenario in force; None where it does not."""
        if (outage := CURRENT.outage(call)) or not CURRENT.concerns(call):
            return outage
        operation = models.service(call.service).operation_model(call.operation)
        body = await request.body()
        given = parameters.parameters(operation, call.path, call.query, body)
        return CURRENT.refusal(call, given)

    async def _operate(self, call: calls.Call, request: "_Request") -> responses.ApiResponse | None:
        function = OPERATIONS.get((call.service, call.operation))
        check = PRECONDITIONS.get((call.service, call.operation))
        if function is None and check is None:
            return None
        operation = models.service(call.service).operation_model(call.operation)
        body = await request.body()
        given = parameters.parameters(operation, call.path, call.query, body, request.headers)
        set_request_account_id(call.account)
        set_request_region(call.region)
        try:
            caller = Caller(call.account, call.region)
            if check is not None:
                await asyncio.to_thread(check, caller, given)
            if function is None:
                return None
            return responses.success(operation, await asyncio.to_thread(function, caller, given))
        except responses.ApiError as refusal:
            return responses.failure(call.protocol, refusal)


class _Request:
    """A request whose body can be read here, and again by MiniStack."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._body: bytes | None = None
        self.method, self.path = str(scope["method"]), str(scope["path"])
        self._query = bytes(scope.get("query_string", b"")).decode("latin-1")
        # Under names in lower case.
        self.headers = {k.decode().lower(): v.decode("latin-1") for k, v in scope["headers"]}

    @property
    def internal(self) -> bool:
        """Whether the account calls itself."""
        return INTERNAL in self.headers.get("user-agent", "")

    @property
    def invocation(self) -> str:
        """The id that a call shares with its repetitions; empty where the client gives none."""
        return str(self.headers.get(INVOCATION, ""))

    async def body(self) -> bytes:
        """Return the whole body."""
        if self._body is None:
            parts, more = [], True
            while more:
                message = await self._receive()
                parts.append(message.get("body", b""))
                more = message["type"] == "http.request" and message.get("more_body", False)
            self._body = b"".join(parts)
        return self._body

    async def call(self) -> calls.Call:
        """Return what the request calls. Reads the body only where it names the operation."""
        form = self.headers.get("content-type", "").startswith(_FORM)
        body = await self.body() if form else b""
        return calls.read(self.method, self.path, self._query, self.headers, body)

    async def abandoned(self) -> None:
        """Wait until the caller gives up."""
        await self.body()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def replay(self) -> dict[str, Any]:
        """Receive for MiniStack, as ASGI defines it."""
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def _reaches(call: calls.Call) -> bool:
    """Return whether a call gets here: a function in a VPC needs a way to the service."""
    config = roles.function_of(call.access_key)
    if config is None:
        return True
    with request_scope(call.account, call.region):
        return network.reaches(config, call.service)


async def _send(send: Send, response: responses.ApiResponse) -> None:
    headers = response.headers | {"content-length": str(len(response.body))}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": pairs})
    await send({"type": "http.response.body", "body": response.body})
