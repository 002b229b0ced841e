"""Answers to the account's calls of itself, kept for repetitions of the same call.

A call whose answer was lost is repeated, and must not be carried out twice.

"A create handler must be idempotent": CloudFormation repeats what ended with NetworkFailure
(CloudFormation CLI user guide, resource-type-test-contract.html, -errors.html). AWS's services
recognise the second request by a token, and here the id of the invocation, which botocore gives to
each repetition, is that token.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

INVOCATION = "amz-sdk-invocation-id"
"""Header with the id that a call and its repetitions share."""

_KEPT = 64

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]


class Answers:
    """The latest answers by invocation."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, asyncio.Task[list[Message]]] = OrderedDict()

    async def once(
        self, invocation: str, carry_out: Callable[[Send], Awaitable[None]], send: Send
    ) -> None:
        """Carry a call out and send its ASGI messages; of a repeated one only send them again."""
        task = self._answers.get(invocation)
        if task is None:
            task = asyncio.create_task(_collected(carry_out))
            self._answers[invocation] = task
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
        # The caller may leave; what it asked for is done all the same.
        for message in await asyncio.shield(task):
            await send(message)


async def _collected(carry_out: Callable[[Send], Awaitable[None]]) -> list[Message]:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await carry_out(keep)
    return messages
