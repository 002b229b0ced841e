"""Every invocation of a function: how it runs, what it logs, and what CloudWatch counts of it.

Sources: AWS Lambda developer guide, "Types of metrics for Lambda functions", "Sending Lambda
function logs to CloudWatch Logs", and "Troubleshoot invocation issues".
"""

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ministack.core import lambda_runtime
from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator import loopback
from solarrally_tui.simulator.functions import logs, metrics
from solarrally_tui.simulator.functions.images import image
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.pins import Record, private, replace, replace_entry

_end_processes = private(lambda_runtime, "invalidate_worker")
_execute_warm = private(lambda_svc, "_execute_function_warm")
_of_another_place = private(lambda_svc, "_function_config_scope_mismatch")

Result = dict[str, Any]
Execute = Callable[[Record, Any], Result]

_RUNTIME_CLIENT: Final = ("python", "-m", "awslambdaric")
"""How an image of Python starts Lambda's runtime client, which its command names the handler to."""
_PYTHON: Final = "python3.13"
_API: Final = re.compile(
    r"(https|wss)://(?P<api>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com"
)
_INIT: Final = "Worker init failed: "
_ANSWERING: Final = 0.1
"""Real seconds after which to look again whether a process has answered."""
_TIMED_OUT: Final = "Task timed out after "
_RAISED: Final = re.compile(r"^(?P<type>[A-Za-z_][\w.]*)(: .*)?$")


class Invocations:
    """Runs functions with their roles.

    `endpoint_url` is where the account answers: names of its APIs in a function's environment lead
    there, as no name of AWS leads anywhere from here.
    """

    def __init__(self, authorization: Authorization, endpoint_url: str) -> None:
        self._authorization = authorization
        self._endpoint_url = endpoint_url
        self._execute = _in_words_of_lambda(self._run)

    def install(self) -> None:
        """Put this around MiniStack's functions. Call once."""
        replace(lambda_runtime, "kill_workers", _letting_finish)
        replace(lambda_svc, "_execute_function_docker", lambda _: self._run_image)
        replace(lambda_svc, "_execute_function_warm", lambda _: self._execute)
        replace(lambda_svc, "_execute_function", _counting)
        replace(lambda_svc, "_emit_lambda_metrics", lambda _: lambda *_given, **_named: None)
        replace(lambda_svc, "_emit_lambda_logs", lambda _: self._log)
        replace_entry(
            provisioners, "_RESOURCE_HANDLERS", "AWS::Lambda::Function", _ending_processes
        )

    def _run_image(self, function: Record, event: Any, request: str) -> Result:
        """Run a function of an image as Lambda's runtime client would, in a process of its own."""
        config = function.get("config") or function
        found = image(config["ImageUri"])
        started: Mapping[str, Any] = (config.get("ImageConfigResponse") or {}).get(
            "ImageConfig"
        ) or {}
        command = started.get("Command") or [""]
        if found is None:
            return _failed("Runtime.InvalidEntrypoint", f"Error: no image {config['ImageUri']}")
        entry = tuple(started.get("EntryPoint") or ())
        if entry[-3:] != _RUNTIME_CLIENT:
            words = f"Error: fork/exec {' '.join(entry) or '(none)'}: no such file or directory"
            return _failed("Runtime.InvalidEntrypoint", words)
        if found.architecture not in {"", *(config.get("Architectures") or ["x86_64"])}:
            words = f"Error: fork/exec {entry[0]}: exec format error"
            return _failed("Runtime.InvalidEntrypoint", words)
        record = {
            "config": config | {"Runtime": _PYTHON, "Handler": command[-1]},
            "code_zip": found.code,
        }
        result: Result = self._execute(record, event, request)
        return result

    def _run(self, function: Record, event: Any, request: str) -> Result:
        """Run a function with the addresses in its environment leading here."""
        config = function.get("config") or function
        given = (config.get("Environment") or {}).get("Variables") or {}
        here = f"{self._endpoint_url}{loopback.EXECUTE_API}"
        variables = {
            name: _API.sub(lambda found: f"{here}{found['api']}", str(value))
            for name, value in given.items()
        }
        config = config | {"Environment": {"Variables": variables}}
        result: Result = _execute_warm({**function, "config": config}, event, request)
        return result

    def _log(
        self,
        function: Record,
        request: str,
        text: str,
        _error: bool,
        milliseconds: int,
        **_more: Any,
    ) -> None:
        logs.write(self._authorization, function, request, text, milliseconds)


def _failed(kind: str, words: str) -> Result:
    """Return that a function did not start."""
    return _error(kind, words, f"[ERROR] {kind}: {words}")


def _error(kind: str, words: str, log: str) -> Result:
    return {"body": {"errorMessage": words, "errorType": kind}, "error": True, "log": log}


def _counting(execute: Execute) -> Execute:
    """Count an invocation for CloudWatch, whoever invoked the function."""

    def counted(function: Record, event: Any) -> Result:
        config = function.get("config") or function
        if _of_another_place(config):
            return execute(function, event)  # which comes back here, in its account and Region
        begun = time.monotonic()
        result = execute(function, event)
        throttled = bool(result.get("throttle"))
        figures = {"Throttles": (float(throttled), "Count")}
        if not throttled:
            figures |= {
                "Invocations": (1.0, "Count"),
                "Errors": (float(bool(result.get("error"))), "Count"),
                "Duration": ((time.monotonic() - begun) * 1000, "Milliseconds"),
            }
        metrics.record("AWS/Lambda", figures, [{"FunctionName": config["FunctionName"]}])
        return result

    return counted


def _in_words_of_lambda(execute: Callable[[Record, Any, str], Result]) -> Any:
    """Name an error as Lambda does, in the answer and in the log."""

    def executed(function: Record, event: Any, request: str) -> Result:
        result = execute(function, event, request)
        body = result.get("body")
        if not result.get("error") or not isinstance(body, dict):
            return result
        words, log = str(body.get("errorMessage", "")), str(result.get("log", ""))
        if words.startswith(_INIT):
            module = str((function.get("config") or function)["Handler"]).rpartition(".")[0]
            words = f"Unable to import module '{module}': {words.removeprefix(_INIT)}"
            return _failed("Runtime.ImportModuleError", words)
        if words.startswith(_TIMED_OUT):
            words = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + f"Z {request} {words}"
            return _error("Sandbox.Timedout", words, f"{log}\n{words}")
        raised = _RAISED.match(log.rstrip().rpartition("\n")[2])
        kind = raised["type"].rpartition(".")[2] if raised else "Exception"
        return _error(kind, words, f"[ERROR] {kind}: {words}\n{log}")

    return executed


def _ending_processes(handlers: dict[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """End a deleted function's processes, which MiniStack leaves."""
    delete = handlers["delete"]

    def deleted(name: str, *rest: Any) -> Any:
        answer = delete(name, *rest)
        _end_processes(name, account=get_account_id(), region=get_region())
        return answer

    return {**handlers, "delete": deleted}


def _letting_finish(end: Callable[[list[Any]], None]) -> Callable[[Iterable[Any]], None]:
    """End processes when they have answered: a change of a function reaches later invocations."""

    def ended(processes: Iterable[Any]) -> None:
        busy = [one for one in processes if one is not None and one.in_use]
        end([one for one in processes if one not in busy])
        for process in busy:
            threading.Thread(target=finish, args=(process,), daemon=True).start()

    def finish(process: Any) -> None:
        while process.in_use:
            time.sleep(_ANSWERING)
        end([process])

    return ended
