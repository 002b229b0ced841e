"""Runs a CloudFront Function's own code in a JavaScript engine, as runtime 2.0 would."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from typing import Any

import quickjs

_MEMORY = 8 * 2**20
_IMPORT = re.compile(r"^\s*import cf from 'cloudfront';?\s*$", re.MULTILINE)

# The two modules that the functions of the blueprints use. Python answers each call.
_MODULES = """
var cf = { kvs: function () { return { get: async function (key, options) {
  var value = __read(key);
  if (value === null) throw new Error('KeyValueStore has no key ' + key);
  return options && options.format === 'json' ? JSON.parse(value) : value;
} }; } };
function require(name) {
  if (name !== 'crypto') throw new Error('no module ' + name);
  return { createHmac: function (kind, key) {
    var text = '';
    return {
      update: function (more) { text += more; return this; },
      digest: function (encoding) { return __hmac(kind, key, text, encoding); }
    };
  } };
}
"""
_CALL = """
var __outcome = '';
(async function () { return handler(JSON.parse(__event)); })().then(
  function (value) { __outcome = JSON.stringify({ value: value }); },
  function (error) { __outcome = JSON.stringify({ error: String(error) }); }
);
"""


class FunctionFailedError(Exception):
    """The function threw, or returned no object. CloudFront answers 503."""


def run(code: str, event: dict[str, Any], read: Callable[[str], str | None]) -> dict[str, Any]:
    """Call the handler of some code once, as `Function.call` does."""
    return Function(code).call(event, read)


class Function:
    """A function that is compiled once. For one thread."""

    def __init__(self, code: str) -> None:
        """code: what CloudFront was given."""
        self._code: str | None = _MODULES + _IMPORT.sub("", code)
        self._read: Callable[[str], str | None] = lambda _: None
        self._context = quickjs.Context()
        self._context.set_memory_limit(_MEMORY)
        self._context.add_callable("__read", self._value)
        self._context.add_callable("__hmac", _hmac)

    def _value(self, key: str) -> str | None:
        return self._read(key)

    def call(self, event: dict[str, Any], read: Callable[[str], str | None]) -> dict[str, Any]:
        """Call the handler and return its request or response object.

        `event` is CloudFront's event object. `read` returns the value of a key of the associated
        key value store, or None where there is no such key. Raises FunctionFailedError when the
        function does not return an object.
        """
        context, self._read = self._context, read
        context.set("__event", json.dumps(event))
        try:
            if self._code is not None:
                context.eval(self._code)
                self._code = None
            context.eval(_CALL)
            while context.execute_pending_job():
                pass
            outcome = json.loads(context.eval("__outcome") or "{}")
        except quickjs.JSException as error:
            raise FunctionFailedError(str(error)) from None
        if not isinstance(outcome.get("value"), dict):
            raise FunctionFailedError(str(outcome.get("error", "the function returned no object")))
        value: dict[str, Any] = outcome["value"]
        return value


def _hmac(kind: str, key: str, text: str, encoding: str) -> str:
    if (kind, encoding) != ("sha256", "hex"):
        raise ValueError(f"HMAC with {kind} as {encoding} is not simulated")
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
