"""Runs every command in many environments, each in a process of its own, and judges how it ends.

Usage: python -m tests.computer.fuzz [--count N] [--seed N] [--commands N] [--jobs N]

A finding is a traceback, an exit status that docs/architecture.md does not have, JSON that does not
end with a result, a secret in the output, or a command that does not end. Prints one JSON object;
exits with 1 when there are findings.

The processes are forks of one that has imported everything: starting Python each time would take
hours. What Python itself does with the environment when it starts is done again by hand, and one
command of each environment runs in a real process.
"""

import argparse
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from tests.computer.environments import CANARY, Environment, drawn

ROOT: Final = Path(__file__).parents[2]
LIMIT_SECONDS: Final = 60
"""For one command; most take less than a tenth of a second."""

STATUSES: Final = frozenset({0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
INTERNAL: Final = 9
"""Documented, and still a mistake of ours that an environment brought out."""

SITE: Final = str(ROOT / "examples" / "small.toml")
NAME: Final = "Żółw & Łódź ✓ ü"
COMMANDS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("--version",),
    ("--help",),
    ("fly", "--json"),
    ("status", "--json"),
    ("init", "{tmp}/answers.toml", "--defaults"),
    ("init", "{tmp}/asked.toml"),
    ("validate", SITE),
    ("validate", "{tmp}/gone.toml"),
    ("estimate",),
    ("estimate", SITE, "--json"),
    ("estimate", "--format", "html"),
    ("estimate", "--compare", "--format", "md"),
    ("quote", "--customer", NAME),
    ("quote", "--customer", NAME, "--format", "html"),
    ("quote", "--customer", NAME, "--to", "{tmp}/quote.md"),
    ("prices", "show"),
    ("prices", "show", "--json"),
    ("prices", "refresh"),
    ("deploy", SITE, "--yes", "--json", "--read-only"),
    ("deploy", SITE),
    ("plan", SITE, "--json", "--read-only"),
    ("preflight", SITE, "--json"),
    ("status", "barn", "--json"),
    ("status", "barn", "--profile", "ops"),
    ("status", "barn", "--credentials", "mine"),
    ("diagnose", "barn", "--json"),
    ("diagnose", "barn", "--format", "json"),
    ("access", "barn"),
    ("rotate", "barn", "--yes", "--json"),
    ("update", "barn", "--tier", "medium", "--yes", "--json"),
    ("rollback", "barn", "--list", "--json"),
    ("import", "barn", "{tmp}/gone.sql", "--yes", "--json"),
    ("destroy", "barn", "--yes", "--json"),
    ("destroy", "barn"),
    ("chargers", "add", "evse", "--to", "{tmp}/evse", "--site", "barn"),
    ("chargers", "simulate", "{tmp}/gone", "--json"),
    ("chargers", "watch", "--json", "--seconds", "1"),
    ("demo", "--speed", "nonsense"),
    ("simulator", "--speed", "nonsense"),
    ("policy", "support", "--json"),
    ("policy", "deploy", "--out", "{tmp}/policies"),
    ("source", "check", str(ROOT / "docs"), "--json"),
    ("source", "check", "https://127.0.0.1:9/x.git", "--json"),
    ("source", "find", "https://127.0.0.1:9/x.git"),
    ("source", "image"),
    ("credentials", "list"),
    ("credentials", "add", "mine"),
    ("explain", "Cannot have more than 0 builds in queue for the account", "--json"),
)
TRACEBACK: Final = re.compile(r"Traceback \(most recent|^\s+File \".+\", line \d+", re.MULTILINE)
CHARACTERS: Final = re.compile("UnicodeEncodeError|UnicodeDecodeError|surrogates not allowed")


@dataclass(frozen=True, slots=True)
class Ended:
    """How one command ended."""

    status: int
    out: bytes
    err: bytes
    seconds: float


def judge(environment: Environment, words: Sequence[str], ended: Ended) -> Iterator[str]:
    """Yield what is wrong with how a command ended."""
    encoding = environment.variables.get("PYTHONIOENCODING", "utf-8").partition(":")[0]
    out, err = (text.decode(encoding, "replace") for text in (ended.out, ended.err))
    if ended.status not in STATUSES:
        yield f"exit status {ended.status}"
    if ended.status == INTERNAL:
        yield "internal error"
    for text in (out, err):
        if TRACEBACK.search(text):
            yield "traceback"
        if CHARACTERS.search(text):
            yield "characters"
        if CANARY in text:
            yield "secret"
    is_json = "--json" in words or "json" in words
    seen = environment.output in {"pipe", "closed in", "closed err"}
    if is_json and seen and not _ends_with_result(out, ended.status):
        yield "no result"


def _ends_with_result(out: str, status: int) -> bool:
    try:
        last = json.loads(out.lstrip("\ufeff").rstrip("\n").rsplit("\n", 1)[-1].lstrip("\ufeff"))
    except ValueError:
        return False
    return last.get("type") == "result" and last.get("exit_code") == status


class Computer:
    """One environment on this machine: its home folder and its variables."""

    def __init__(self, environment: Environment, account: Mapping[str, str]) -> None:
        self.environment = environment
        self.folder = Path(tempfile.mkdtemp(prefix="solarrally-fuzz-"))
        self.variables = self._variables(account)

    def _variables(self, account: Mapping[str, str]) -> dict[str, str]:
        variables = dict(self.environment.variables)
        home = self.folder / ("hömé ✓" if self.environment.home == "letters" else "home")
        home.mkdir()
        for name, content in self.environment.files.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(content)
        (self.folder / "file").write_text("")
        places = {
            "empty": "",
            "gone": "/proc/gone/home",
            "a file": str(self.folder / "file"),
            "nowhere": "/dev/null",
        }
        if self.environment.home != "not set":
            variables["HOME"] = places.get(self.environment.home, str(home))
        if self.environment.account != "as it is" and account:
            variables |= {
                name: value for name, value in account.items() if not name.endswith("_FILE")
            }
            variables["NO_PROXY"] = "127.0.0.1,localhost"
            variables.pop("AWS_PROFILE", None)
        return variables

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def words(self, words: Sequence[str]) -> list[str]:
        return [word.replace("{tmp}", str(self.folder)) for word in words]

    def run(self, words: Sequence[str], *, fork: bool) -> Ended:
        """Run a command to its end."""
        began = time.monotonic()
        out, err = self.folder / "out", self.folder / "err"
        with out.open("wb") as to_out, err.open("wb") as to_err:
            start = self._fork if fork else self._spawn
            process = start(self.words(words), to_out.fileno(), to_err.fileno())
            status = _wait(process, began)
        return Ended(status, out.read_bytes(), err.read_bytes(), time.monotonic() - began)

    def _spawn(self, words: list[str], out: int, err: int) -> int:
        variables = self.variables | {"PYTHONPATH": str(ROOT)}
        process = os.fork()
        if process == 0:
            os.chdir(self.folder)
            self._lay_streams(out, err)
            os.execve(sys.executable, [sys.executable, "-m", "solarrally_tui", *words], variables)
        return process

    def _fork(self, words: list[str], out: int, err: int) -> int:
        process = os.fork()
        if process == 0:
            self._become(words, out, err)
        return process

    def _become(self, words: list[str], out: int, err: int) -> NoReturn:
        """Be the command, as Python would start it in this environment."""
        status = 1
        try:
            os.chdir(self.folder)
            os.environ.clear()
            os.environ.update(self.variables)
            self._lay_streams(out, err)
            _open_streams(self.variables.get("PYTHONIOENCODING", "utf-8"))
            sys.argv = ["solarrally", *words]
            from solarrally_tui.cli import main

            main()
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
        except BaseException:  # noqa: BLE001 it is what is looked for
            os.write(err, traceback.format_exc().encode())
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            status = 120  # as Python ends then
        os._exit(status)

    def _lay_streams(self, out: int, err: int) -> None:
        """Let the streams lead where this environment says."""
        where = self.environment.output
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        if where == "full":
            out = os.open("/dev/full", os.O_WRONLY)
        if where == "left":
            reading, out = os.pipe()
            os.close(reading)
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.closerange(3, 64)
        for descriptor, names in ((0, "closed in"), (1, "closed out"), (2, "closed err")):
            if where in {names, "closed"}:
                os.close(descriptor)


def _open_streams(encoding: str) -> None:
    """Do what Python does when it starts: None for a closed stream, else text in an encoding."""
    codec, _, errors = encoding.partition(":")
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        stream: Any = None
        try:
            os.fstat(descriptor)
            raw = io.FileIO(descriptor, "r" if descriptor == 0 else "w", closefd=False)
            buffered = io.BufferedReader(raw) if descriptor == 0 else io.BufferedWriter(raw)
            wanted = errors or ("backslashreplace" if descriptor == 2 else "strict")
            stream = io.TextIOWrapper(buffered, codec, wanted, line_buffering=descriptor == 2)
        except OSError:
            pass
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _wait(process: int, began: float) -> int:
    while True:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() - began > LIMIT_SECONDS:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return -signal.SIGKILL
        time.sleep(0.002)


def warm() -> None:
    """Import everything, and read AWS's models once, before the forks."""
    from importlib import import_module

    import boto3
    import botocore.loaders
    import botocore.retries.standard

    from solarrally_tui.commands.shared.groups import COMMANDS

    for module, _ in COMMANDS.values():
        import_module(f"solarrally_tui.commands.{module}")
    for name in ("wizard.engine", "commands.shared.failures", "commands.demonstration.headless"):
        import_module(f"solarrally_tui.{name}")
    from solarrally_tui.wizard.engine import real_services

    real_services().preload()
    botocore.retries.standard.ExponentialBackoff.delay_amount = lambda *_: 0
    known: dict[str, Any] = {}
    load = botocore.loaders.JSONFileLoader.load_file

    def remembered(self: Any, path: str) -> Any:
        if path not in known:
            known[path] = load(self, path)
        return known[path]

    botocore.loaders.JSONFileLoader.load_file = remembered
    nobody = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    session = boto3.Session(**nobody)
    for service in ("sts", "ssm", "cloudformation", "sso", "sso-oidc", "signin", "ec2"):
        session.client(service)


def accounts() -> tuple[dict[str, dict[str, str]], list[Any]]:
    """Start the simulated accounts: variables by kind, and what to stop at the end."""
    import urllib.request

    from solarrally_tui.simulator.child import Child

    faults = {
        "works": None,
        "clock": {
            "kind": "refuse",
            "target": "*",
            "code": "SignatureDoesNotMatch",
            "message": "Signature expired: 20261129T032511Z is now earlier than 20261129T051002Z "
            "(20261129T052502Z - 15 min.)",
        },
        "refused": {"kind": "refuse", "target": "*", "code": "AccessDenied", "message": "no"},
    }
    found, children = {}, []
    for kind, fault in faults.items():
        child = Child(speed="instant")
        account = child.start()
        children.append(child)
        found[kind] = account.environment
        if fault:
            for target in ("sts.*", "ssm.*", "cloudformation.*"):
                request = urllib.request.Request(
                    f"{account.endpoint_url}/_solarrally/faults",
                    json.dumps(fault | {"target": target}).encode(),
                    method="POST",
                )
                urllib.request.urlopen(request, timeout=60).close()
    return found, children


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Run all of it; return what was found."""
    began = time.monotonic()
    known, children = accounts() if options.accounts else ({}, [])
    if options.parts > 1:
        return _in_parts(options)
    warm()
    findings: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    slowest: tuple[float, str] = (0.0, "")
    try:
        for number in range(options.first, options.first + options.count):
            environment = drawn(options.seed, number)
            computer = Computer(environment, known.get(environment.account, {}))
            try:
                for at, words in enumerate(_chosen(options, number)):
                    real = at == 0 and not options.only_forks
                    ended = computer.run(words, fork=not real)
                    counts[f"status {ended.status}"] += 1
                    counts["runs"] += 1
                    counts["real processes"] += real
                    slowest = max(slowest, (ended.seconds, f"{number}: {' '.join(words)}"))
                    if number % 20 == 0 and at == 0:
                        print(f"{number}: {counts['runs']} runs", file=sys.stderr)
                    for what in judge(environment, words, ended):
                        print(f"{number}: {what}: {' '.join(words)}", file=sys.stderr)
                        findings += [
                            {
                                "environment": number,
                                "command": list(words),
                                "what": what,
                                "status": ended.status,
                                "real": real,
                                "err": ended.err.decode("utf-8", "replace")[-1500:],
                                "out": ended.out.decode("utf-8", "replace")[-300:],
                            }
                        ]
            finally:
                computer.close()
    finally:
        for child in children:
            child.stop()
    return {
        "environments": options.count,
        **counts,
        "findings": findings,
        "slowest": slowest,
        "seconds": round(time.monotonic() - began, 1),
    }


def _chosen(options: argparse.Namespace, number: int) -> list[tuple[str, ...]]:
    """Return the commands of one environment, another one first each time."""
    turned = [*COMMANDS[number % len(COMMANDS) :], *COMMANDS[: number % len(COMMANDS)]]
    return turned[: options.commands or None][: len(COMMANDS)]


def _in_parts(options: argparse.Namespace) -> dict[str, Any]:
    share = -(-options.count // options.parts)
    parts = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.computer.fuzz", f"--seed={options.seed}"),
                *(f"--first={options.first + at * share}", f"--commands={options.commands}"),
                f"--count={max(0, min(share, options.count - at * share))}",
            ],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        for at in range(options.parts)
    ]
    results = [json.loads(part.communicate()[0]) for part in parts]
    total: Counter[str] = Counter()
    for result in results:
        total.update({k: v for k, v in result.items() if isinstance(v, int)})
    return {
        **total,
        "findings": [finding for result in results for finding in result["findings"]],
        "slowest": max(result["slowest"] for result in results),
        "seconds": max(result["seconds"] for result in results),
    }


def main() -> int:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--commands", type=int, default=12, help="of each environment; 0 is all")
    parser.add_argument("--parts", type=int, default=1, help="processes side by side")
    parser.add_argument("--only-forks", action="store_true")
    parser.add_argument("--no-accounts", dest="accounts", action="store_false")
    options = parser.parse_args()
    found = run(options)
    print(json.dumps(found, indent=1, ensure_ascii=True))
    return 1 if found["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
