"""Writes responses and errors in the format of the service that was called."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationModel, Shape


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """An HTTP response: status, headers without length, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class ApiError(Exception):
    """AWS refuses a call: an error code, a message and an HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def success(operation: OperationModel, result: dict[str, Any]) -> ApiResponse:
    """Return the response to a call that succeeded.

    `result` has the names of the API reference; keys that the operation's model lacks are left out.
    """
    protocol, shape = operation.service_model.metadata["protocol"], operation.output_shape
    if protocol in {"json", "rest-json"}:
        names = protocol == "rest-json"
        body = "{}" if shape is None else json.dumps(_json(shape, result, names=names))
        kind = "application/json" if names else "application/x-amz-json-1.1"
        return _response(200, kind, body)
    if protocol == "rest-xml":
        return _rest_xml(operation, shape, result)
    return _response(200, "text/xml", _query_xml(operation, shape, result, ec2=protocol == "ec2"))


def failure(protocol: str, refusal: ApiError) -> ApiResponse:
    """Return the response to a call that AWS refuses, as the protocol's clients read it."""
    code, message, request = refusal.code, escape(refusal.message), str(uuid.uuid4())
    if protocol in {"json", "rest-json", "smithy-rpc-v2-cbor"}:
        body = json.dumps({"__type": code, "message": refusal.message, "Message": refusal.message})
        response = _response(refusal.status, "application/x-amz-json-1.1", body)
        return ApiResponse(
            response.status, response.headers | {"x-amzn-errortype": code}, response.body
        )
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    if protocol == "ec2":
        text = f"<Response><Errors>{error}</Errors><RequestID>{request}</RequestID></Response>"
    elif protocol == "s3":
        text = error
    else:
        error = error.replace("<Error>", "<Error><Type>Sender</Type>")
        text = f"<ErrorResponse>{error}<RequestId>{request}</RequestId></ErrorResponse>"
    return _response(refusal.status, "text/xml", text)


def _response(status: int, kind: str, body: str) -> ApiResponse:
    headers = {"content-type": kind, "x-amzn-requestid": str(uuid.uuid4())}
    return ApiResponse(status, headers, body.encode())


def _rest_xml(
    operation: OperationModel, shape: Shape | None, result: dict[str, Any]
) -> ApiResponse:
    status = int(operation.http.get("responseCode", 200))
    if shape is None:
        return _response(status, "text/xml", "")
    payload = shape.serialization.get("payload")
    headers = {
        m.serialization["name"]: str(result[n])
        for n, m in shape.members.items()
        if m.serialization.get("location") == "header" and n in result
    }
    root = shape.members[payload] if payload else shape
    name = root.name if payload else f"{operation.name}Response"
    body = _xml(root, result.get(payload, {}) if payload else result, name)
    response = _response(status, "text/xml", body)
    return ApiResponse(response.status, response.headers | headers, response.body)


def _query_xml(
    operation: OperationModel, shape: Shape | None, result: dict[str, Any], *, ec2: bool
) -> str:
    inner = "" if shape is None else _members(shape, result)
    wrapper = None if shape is None else shape.serialization.get("resultWrapper")
    if wrapper:
        inner = f"<{wrapper}>{inner}</{wrapper}>"
    request = f"<RequestId>{uuid.uuid4()}</RequestId>"
    meta = f"<requestId>{uuid.uuid4()}</requestId>" if ec2 else None
    tail = meta or f"<ResponseMetadata>{request}</ResponseMetadata>"
    return f"<{operation.name}Response>{inner}{tail}</{operation.name}Response>"


def _members(shape: Shape, value: dict[str, Any]) -> str:
    return "".join(
        _xml(member, value[name], member.serialization.get("name", name))
        for name, member in shape.members.items()
        if value.get(name) is not None and member.serialization.get("location") is None
    )


def _xml(shape: Shape, value: Any, name: str) -> str:
    if shape.type_name == "structure":
        return f"<{name}>{_members(shape, value)}</{name}>"
    if shape.type_name == "list":
        flat = shape.serialization.get("flattened")
        item = name if flat else shape.member.serialization.get("name", "member")
        items = "".join(_xml(shape.member, entry, item) for entry in value)
        return items if flat else f"<{name}>{items}</{name}>"
    return f"<{name}>{escape(_text(value))}</{name}>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def _json(shape: Shape, value: Any, *, names: bool) -> Any:
    if shape.type_name == "structure":
        wire = {n: m.serialization.get("name", n) if names else n for n, m in shape.members.items()}
        return {
            wire[n]: _json(member, value[n], names=names)
            for n, member in shape.members.items()
            if value.get(n) is not None
        }
    if shape.type_name == "list":
        return [_json(shape.member, item, names=names) for item in value]
    if shape.type_name == "map":
        return {key: _json(shape.value, item, names=names) for key, item in value.items()}
    return value.timestamp() if isinstance(value, dt.datetime) else value
