"""Fixes of the web page: without them it shows invented figures and calls localhost."""

from __future__ import annotations

import re
from pathlib import Path

from .source import ALREADY, Fix, Mismatch, read, replace_one, write

MOCK_HOOK = "frontend/src/hooks/useFirebaseData.tsx"
LIVE_HOOK = "frontend/src/hooks/useWebSocket.tsx"

RE_EXPORT = (
    "export { useWebSocket as useFirebaseData, "
    "WebSocketProvider as FirebaseDataProvider } from './useWebSocket'\n"
)
SAME_ORIGIN = "`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/live`"
RECONNECT_MS = 3000


def firebase_mock_replaced(root: Path) -> str:
    """Let the page's data hook be the live one instead of a random number generator."""
    text = read(root, MOCK_HOOK)
    if re.search(r"export\s*\{[^}]*\buseWebSocket as useFirebaseData\b", text):
        return ALREADY
    for name in ("useFirebaseData", "FirebaseDataProvider"):
        if not re.search(rf"export const {name}\b", text):
            raise Mismatch(f"{MOCK_HOOK} does not export {name}")
    if "Math.random" not in text:
        raise Mismatch(f"{MOCK_HOOK} is no longer the generator of random figures")
    live = read(root, LIVE_HOOK)
    for name in ("useWebSocket", "WebSocketProvider"):
        if not re.search(rf"export const {name}\b", live):
            raise Mismatch(f"{LIVE_HOOK} does not export {name}")
    return write(root, MOCK_HOOK, RE_EXPORT)


def websocket_address(root: Path) -> str:
    """Open the WebSocket at the address that served the page."""
    text = read(root, LIVE_HOOK)
    if re.search(r"new WebSocket\([^\n]*location\.host", text):
        return ALREADY
    text = replace_one(
        text,
        r"new WebSocket\(\s*(['\"`])wss?://localhost(?::\d+)?/ws/live\1\s*\)",
        lambda _: f"new WebSocket({SAME_ORIGIN})",
        LIVE_HOOK,
        "a WebSocket to localhost",
    )
    return write(root, LIVE_HOOK, text)


def websocket_reconnect(root: Path) -> str:
    """Connect again after a close; every deployment closes the open WebSockets."""
    text = read(root, LIVE_HOOK)
    if re.search(r"\.onclose\s*=\s*\([^)]*\)\s*=>\s*\{[^{}]*setTimeout\(\s*connect\b", text):
        return ALREADY
    if not re.search(r"\bconst connect\s*=\s*\(\s*\)", text):
        raise Mismatch(f"{LIVE_HOOK} has no function connect without parameters")
    text = replace_one(
        text,
        r"(\.onclose\s*=\s*\([^)]*\)\s*=>\s*\{[^{}]*?)(\n?[ \t]*)\}",
        rf"\1\2  setTimeout(connect, {RECONNECT_MS})\2}}",
        LIVE_HOOK,
        "an onclose handler without nested blocks",
    )
    return write(root, LIVE_HOOK, text)


FRONTEND = (
    Fix("firebase-mock-replaced", "the page shows random figures", firebase_mock_replaced),
    Fix("websocket-address", "the page calls localhost", websocket_address),
    Fix("websocket-reconnect", "the page stays dead after a deployment", websocket_reconnect),
)
