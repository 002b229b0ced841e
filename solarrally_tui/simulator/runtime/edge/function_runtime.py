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
    """Call a function's handler and return its request or response object.

    `code` is what CloudFront was given, `event` its event object. `read` returns the value of a key
    of the associated key value store, or None where there is no such key. Raises
    FunctionFailedError when the function does not return an object.
    """
    context = quickjs.Context()
    context.set_memory_limit(_MEMORY)
    context.add_callable("__read", read)
    context.add_callable("__hmac", _hmac)
    context.set("__event", json.dumps(event))
    try:
        context.eval(_MODULES + _IMPORT.sub("", code))
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
