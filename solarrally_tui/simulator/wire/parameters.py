"""Reads the parameters of a call, as a client such as boto3 sends them."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs
from xml.etree.ElementTree import Element, fromstring

from botocore.model import OperationModel, Shape
from botocore.parsers import RpcV2CBORParser

from solarrally_tui.simulator.wire import forms
from solarrally_tui.simulator.wire.models import path_labels

_CBOR = RpcV2CBORParser()


def parameters(
    operation: OperationModel,
    path: str,
    query: str,
    body: bytes,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return the parameters of one call, under the names of the API reference.

    headers: under names in lower case; what is only in them is left out without them.
    """
    protocol = operation.service_model.metadata["protocol"]
    if protocol == "smithy-rpc-v2-cbor" and body[:1] == b"{":
        protocol = "json"  # CloudWatch speaks both, and botocore chooses
    shape = operation.input_shape
    if shape is None:
        return {}
    if protocol in {"query", "ec2"}:
        return _fields(shape, "", forms.fields(body), ec2=protocol == "ec2")
    if protocol == "json":
        return dict(json.loads(body or b"{}"))
    if protocol == "smithy-rpc-v2-cbor":
        return dict(_CBOR.parse_data_item(_CBOR.get_peekable_stream_from_bytes(body or b"\xa0")))
    return _rest(operation, path, query, headers) | _body(shape, protocol, body)


def _rest(
    operation: OperationModel, path: str, query: str, headers: Mapping[str, str]
) -> dict[str, Any]:
    shape, given = operation.input_shape, {}
    labels, queries = path_labels(operation, path), parse_qs(query, keep_blank_values=True)
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        where = member.serialization.get("location")
        if where == "uri" and wire in labels:
            given[name] = labels[wire]
        elif where == "querystring" and wire in queries:
            given[name] = queries[wire][0]
        elif where == "header" and wire.lower() in headers:
            given[name] = headers[wire.lower()]
    return given


def _body(shape: Shape, protocol: str, body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    payload = shape.serialization.get("payload")
    target = shape.members[payload] if payload else shape
    if target.type_name != "structure":  # a document or bytes, such as a bucket's policy
        return {payload: body if target.type_name == "blob" else body.decode()}
    if protocol == "rest-json":
        value = json.loads(body)
        names = {m.serialization.get("name", n): n for n, m in target.members.items()}
        value = {names.get(key, key): item for key, item in value.items()}
    else:
        value = _xml(target, fromstring(body))  # noqa: S314 (from this machine's clients only)
    return {payload: value} if payload else value


def _fields(shape: Shape, prefix: str, fields: Mapping[str, str], *, ec2: bool) -> dict[str, Any]:
    given = {}
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        key = prefix + (wire[0].upper() + wire[1:] if ec2 else wire)
        value = _field(member, key, fields, ec2=ec2)
        if value not in (None, [], {}):
            given[name] = value
    return given


def _field(shape: Shape, key: str, fields: Mapping[str, str], *, ec2: bool) -> Any:
    if shape.type_name == "structure":
        return _fields(shape, f"{key}.", fields, ec2=ec2)
    if shape.type_name == "list":
        member = shape.member.serialization.get("name", "member")
        flat = ec2 or shape.serialization.get("flattened")
        stem = re.escape(key if flat else f"{key}.{member}")
        numbers = {int(m.group(1)) for k in fields if (m := re.match(rf"{stem}\.(\d+)(\.|$)", k))}
        base = key if flat else f"{key}.{member}"
        return [_field(shape.member, f"{base}.{n}", fields, ec2=ec2) for n in sorted(numbers)]
    return _scalar(shape, fields[key]) if key in fields else None


def _xml(shape: Shape, element: Element) -> Any:
    if shape.type_name == "structure":
        return {
            name: value
            for name, member in shape.members.items()
            if (value := _xml_member(name, member, element)) is not None
        }
    if shape.type_name == "list":
        return [_xml(shape.member, child) for child in element]
    return _scalar(shape, element.text or "")


def _xml_member(name: str, shape: Shape, parent: Element) -> Any:
    wire = shape.serialization.get("name", name)
    # By the local name, without the namespace.
    children = [child for child in parent if str(child.tag).rpartition("}")[2] == wire]
    if not children:
        return None
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        return [_xml(shape.member, child) for child in children]
    return _xml(shape, children[-1])


def _scalar(shape: Shape, text: str) -> Any:
    if shape.type_name == "boolean":
        return text.lower() == "true"
    if shape.type_name in {"integer", "long"}:
        return int(text)
    if shape.type_name in {"float", "double"}:
        return float(text)
    return text
