"""How many calls a second AWS IoT's control plane takes from an account in a Region.

AWS publishes the limits for each operation (AWS General Reference, AWS IoT Core endpoints and
quotas, API throttling; values of the registry as `list-aws-default-service-quotas --service-code
iotcore` returns them). It does not say how much of a burst it lets pass: here one second's worth.
"""

import threading
from dataclasses import dataclass, field
from typing import Final

from solarrally_tui.simulator.calls import Call
from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.scenarios.current import CURRENT
from solarrally_tui.simulator.wire.responses import ApiError

A_SECOND: Final[dict[str, float]] = {
    "AddThingToBillingGroup": 60,
    "AddThingToThingGroup": 100,
    "AssociateTargetsWithJob": 10,
    "AttachPolicy": 15,
    "AttachThingPrincipal": 100,
    "CancelJob": 10,
    "CancelJobExecution": 10,
    "CreateBillingGroup": 25,
    "CreateCertificateFromCsr": 15,
    "CreateDynamicThingGroup": 5,
    "CreateJob": 10,
    "CreateKeysAndCertificate": 10,
    "CreatePolicy": 10,
    "CreatePolicyVersion": 10,
    "CreateProvisioningClaim": 10,
    "CreateProvisioningTemplate": 10,
    "CreateRoleAlias": 10,
    "CreateThing": 100,
    "CreateThingGroup": 25,
    "CreateThingType": 15,
    "DeleteBillingGroup": 15,
    "DeleteCACertificate": 10,
    "DeleteCertificate": 10,
    "DeleteDynamicThingGroup": 5,
    "DeleteJob": 10,
    "DeleteJobExecution": 10,
    "DeletePolicy": 10,
    "DeletePolicyVersion": 10,
    "DeleteRoleAlias": 10,
    "DeleteThing": 100,
    "DeleteThingGroup": 15,
    "DeleteThingType": 15,
    "DeprecateThingType": 15,
    "DescribeBillingGroup": 100,
    "DescribeCACertificate": 10,
    "DescribeCertificate": 10,
    "DescribeEndpoint": 10,
    "DescribeIndex": 10,
    "DescribeJob": 10,
    "DescribeJobExecution": 10,
    "DescribeRoleAlias": 10,
    "DescribeThing": 350,
    "DescribeThingGroup": 100,
    "DescribeThingType": 100,
    "DetachPolicy": 15,
    "DetachThingPrincipal": 100,
    "GetBucketsAggregation": 15,
    "GetCardinality": 15,
    "GetEffectivePolicies": 50,
    "GetIndexingConfiguration": 20,
    "GetJobDocument": 10,
    "GetPercentiles": 15,
    "GetPolicy": 10,
    "GetPolicyVersion": 15,
    "GetStatistics": 15,
    "ListAttachedPolicies": 15,
    "ListBillingGroups": 10,
    "ListCACertificates": 10,
    "ListCertificates": 10,
    "ListCertificatesByCA": 10,
    "ListJobExecutionsForJob": 10,
    "ListJobExecutionsForThing": 10,
    "ListJobs": 10,
    "ListPolicies": 10,
    "ListPolicyVersions": 10,
    "ListPrincipalThings": 10,
    "ListRoleAliases": 10,
    "ListTagsForResource": 10,
    "ListTargetsForPolicy": 10,
    "ListThingGroups": 10,
    "ListThingGroupsForThing": 100,
    "ListThingPrincipals": 10,
    "ListThingTypes": 10,
    "ListThings": 10,
    "ListThingsInBillingGroup": 25,
    "ListThingsInThingGroup": 25,
    "RegisterCACertificate": 10,
    "RegisterCertificate": 10,
    "RegisterCertificateWithoutCA": 10,
    "RegisterThing": 10,
    "RemoveThingFromBillingGroup": 15,
    "RemoveThingFromThingGroup": 100,
    "SearchIndex": 15,
    "SetDefaultPolicyVersion": 10,
    "TagResource": 10,
    "UntagResource": 10,
    "UpdateBillingGroup": 15,
    "UpdateCACertificate": 10,
    "UpdateCertificate": 10,
    "UpdateIndexingConfiguration": 1,
    "UpdateJob": 10,
    "UpdateRoleAlias": 10,
    "UpdateThing": 100,
    "UpdateThingGroup": 15,
}
"""Calls a second, by operation. What is not listed here is not limited."""

CODES: Final[dict[str, str]] = {
    "AddThingToThingGroup": "L-2904683A",
    "AttachPolicy": "L-CA7D4E3E",
    "AttachThingPrincipal": "L-F64D1AA6",
    "CreateCertificateFromCsr": "L-01BCDDCA",
    "CreateThing": "L-64CBACAC",
    "CreateThingGroup": "L-512F449C",
    "DescribeThing": "L-0EF0F5EE",
    "ListThingPrincipals": "L-FC3EF4D9",
    "UpdateCertificate": "L-77B523DC",
    "UpdateThing": "L-211F680E",
}
"""Quota codes of some of them, by which Service Quotas returns an account's own value."""


@dataclass(slots=True)
class _Bucket:
    """What is left of an operation's calls, and when that was counted."""

    left: float
    counted: float


@dataclass(slots=True)
class ApiRates:
    """Refuses the calls that are too many. Safe from any thread. At instant speed nothing is."""

    clock: Clock
    _buckets: dict[tuple[str, str, str], _Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refusal(self, call: Call) -> ApiError | None:
        """Count a call, and return how AWS throttles it; None where it takes it."""
        rate = _rate(call.operation) if call.service == "iot" else None
        if rate is None or self.clock.instant:
            return None
        with self._lock:
            now = self.clock.now()
            key = (call.account, call.region, call.operation)
            bucket = self._buckets.setdefault(key, _Bucket(rate, now))
            bucket.left = min(rate, bucket.left + (now - bucket.counted) * rate)
            bucket.counted = now
            if bucket.left < 1:
                return ApiError("ThrottlingException", "Rate exceeded", 429)
            bucket.left -= 1
        return None


def _rate(operation: str) -> float | None:
    return CURRENT.scenario.quotas.get(CODES.get(operation, ""), A_SECOND.get(operation))
