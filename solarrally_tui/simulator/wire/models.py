"""botocore's service models by signing name, and the REST operation of a path."""

import functools
import re
from urllib.parse import parse_qs

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, ServiceModel
from ministack.core import responses

from solarrally_tui.simulator.pins import private, replace

_BOTOCORE_NAME = private(responses, "_BOTOCORE_NAME")

# Signing names that differ from boto3's service names; the others are equal.
_BOTO3_NAMES = {
    "monitoring": "cloudwatch",
    "elasticloadbalancing": "elbv2",
    "servicequotas": "service-quotas",
    "tagging": "resourcegroupstaggingapi",
    "iotdata": "iot-data",
    "states": "stepfunctions",
    "email": "ses",
}


def install() -> None:
    """Let MiniStack look at AWS's models here, so that none is read twice. Call once."""

    @functools.cache
    def known(name: str) -> ServiceModel | None:
        try:
            return service(_BOTOCORE_NAME.get(name, name))
        except UnknownServiceError:
            return None

    replace(responses, "_service_model", lambda _: known)


def boto3_name(signing_name: str) -> str:
    """Return boto3's name of the service that signs its requests with this name."""
    return _BOTO3_NAMES.get(signing_name, signing_name)


@functools.cache
def session() -> botocore.session.Session:
    """Return the session for models: every session reads them again.

    No client may come of it. S3's clients take the bucket out of the paths of their model, and so
    out of the one that requests are compared with here.
    """
    return botocore.session.get_session()


@functools.cache
def service(name: str) -> ServiceModel:
    """Return botocore's model of a service, by boto3's name.

    Raises botocore's UnknownServiceError when boto3 knows no such service.
    """
    return session().get_service_model(name)


@functools.lru_cache(maxsize=4096)
def rest_operation(name: str, method: str, path: str, query: str) -> OperationModel | None:
    """Return the operation of a REST service that a request calls, or None when none matches."""
    present = set(parse_qs(query, keep_blank_values=True))
    for verb, pattern, needed, operation in _routes(name):
        if verb == method and needed <= present and pattern.fullmatch(path):
            return service(name).operation_model(operation)
    return None


def path_labels(operation: OperationModel, path: str) -> dict[str, str]:
    """Return the value in a path of each `{Label}` of the operation's URI."""
    template = operation.http["requestUri"].partition("?")[0]
    match = _pattern(template).fullmatch(path)
    return {k.replace("__", "-"): v for k, v in match.groupdict().items()} if match else {}


@functools.cache
def _routes(name: str) -> list[tuple[str, re.Pattern[str], set[str], str]]:
    """Return the routes, the most specific first: more required query names, more fixed text."""
    model = service(name)
    routes = [_route(model.operation_model(op)) for op in model.operation_names]
    fixed = {op: len(re.sub(r"\{.*?\}", "", path)) for _, path, _, op in routes}
    routes.sort(key=lambda route: (-len(route[2]), -fixed[route[3]]))
    return [(method, _pattern(path), needed, op) for method, path, needed, op in routes]


def _route(operation: OperationModel) -> tuple[str, str, set[str], str]:
    """Return method, path and required query names of an operation, and its name."""
    path, _, query = operation.http["requestUri"].partition("?")
    needed = set(parse_qs(query, keep_blank_values=True))
    given = operation.input_shape
    if given is not None:
        places = [given.members[each].serialization for each in given.required_members]
        needed |= {each["name"] for each in places if each.get("location") == "querystring"}
    return operation.http["method"], path, needed, operation.name


def _pattern(template: str) -> re.Pattern[str]:
    def group(match: re.Match[str]) -> str:
        label, greedy = match.group(1), match.group(2)
        return f"(?P<{label.replace('-', '__')}>{'.+' if greedy else '[^/]+'})"

    escaped = re.sub(r"[.^$*|()\[\]]", lambda m: "\\" + m.group(), template)
    return re.compile(re.sub(r"\{([\w-]+)(\+?)\}", group, escaped) + "/?")
