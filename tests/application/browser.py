"""What a person reads on the page, in a real Chromium that is driven over its own protocol."""

import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect

from tests.application.running import until
from tests.blueprints.tasks.task_setup import free_port

_SIZE = "--window-size=1100,1500"


class Browser:
    """One page that stays open."""

    def __init__(self, port: int) -> None:
        self._debugging = f"http://127.0.0.1:{port}/json/list"

    def open(self, url: str) -> None:
        """Go to an address."""
        self._ask("Page.navigate", url=url)

    def text(self) -> str:
        """Return what is written on the page."""
        expression = "document.body.innerText"
        told = self._ask("Runtime.evaluate", expression=expression)
        return str(told["result"].get("value", ""))

    def picture(self, file: Path) -> None:
        """Write what the page looks like as PNG."""
        file.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot")["data"]))

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        pages = httpx.get(self._debugging, trust_env=False).json()
        address = next(each["webSocketDebuggerUrl"] for each in pages if each["type"] == "page")
        with connect(address, max_size=None) as socket:
            socket.send(json.dumps({"id": 1, "method": method, "params": parameters}))
            answers = (json.loads(text) for text in socket)
            return dict(next(each["result"] for each in answers if each.get("id") == 1))


@contextlib.contextmanager
def browser() -> Iterator[Browser | None]:
    """Run a Chromium until the block ends; None where there is none."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        yield None
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as profile:
        words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", _SIZE]
        where = [f"--remote-debugging-port={port}", f"--user-data-dir={profile}", "about:blank"]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen([program, *words, *where], **quiet)
        made = Browser(port)
        try:
            until(lambda: _listens(port))
            yield made
        finally:
            process.terminate()
            process.wait(20)


def _listens(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return bool(httpx.get(f"http://127.0.0.1:{port}/json/version", trust_env=False).json())
    return False
