"""The certificate that a site's MQTT bridges share. Its key is created here, kept in the secret."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.deployed.device_certificates import issue
from solarrally_tui.deployed.device_keys import new_key, request_for
from solarrally_tui.deployed.trusted_authority import iot_root_ca
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.engine.steps import End
from solarrally_tui.provisioning.identities.iot_identities import delete_certificate
from solarrally_tui.text.enumeration import counted

CURRENT: Final = "AWSCURRENT"
PENDING: Final = "AWSPENDING"
"""Labels of versions of a secret: what tasks read when they start, and what a rotation has begun
and not ended."""


async def ensure(deployment: Deployment) -> End:
    """Put a certificate that AWS IoT accepts into the bridge's secret, unless it holds one.

    What the step learns is why no telemetry can arrive: a certificate that an operator deactivated
    stays so. Raises AwsError.
    """
    door, outputs = deployment.door, deployment.outputs["iot"]
    stored = await stored_in(door, outputs["BridgeSecretArn"])
    certificate = await _described(door, stored.value.get("certificateId", ""))
    if certificate is None:
        created = await _create(deployment, stored)
        if created:
            stored = await stored_in(door, outputs["BridgeSecretArn"])
            policy = outputs["BridgePolicyName"]
            await delete_others(door, policy, stored.value["certificateId"])
        return End(created, "" if created else "Another run created it.", "")
    if certificate["status"] == "ACTIVE":
        arn, policy = certificate["certificateArn"], outputs["BridgePolicyName"]
        attached = await _attach(door, policy, arn)
        # While a rotation is under way, running tasks still use the certificate before this one.
        others = 0
        if not stored.is_rotating:
            others = await delete_others(door, policy, certificate["certificateId"])
        reason = (
            f"Deleted {counted(others, 'certificate')} that nobody has the key of."
            if others
            else ""
        )
        return End(attached or bool(others), reason, "")
    off = (
        f"The bridge's certificate is {certificate['status']}. An operator decided that, so it "
        "stays. Telemetry does not arrive until it is active."
    )
    return End(False, off, off)


async def _create(deployment: Deployment, stored: "Stored") -> bool:
    """Create a certificate and store it; return whether no other run was quicker."""
    policy = deployment.outputs["iot"]["BridgePolicyName"]
    return bool(await create(deployment.door, deployment.site.name, policy, stored, CURRENT))


async def create(door: Door, site: str, policy: str, stored: "Stored", label: str) -> str:
    """Create a certificate and store it under a label of the secret; return the new version.

    Empty where another run was quicker. The key is stored before AWS IoT issues anything for it. So
    a run that is killed in between is continued: the next one finds the certificate by its key.
    stored: the version that is replaced, with the key of such a run where it has one. Raises
    AwsError.
    """
    name = f"solarrally-{site}-bridge"
    since: datetime | None = stored.created
    try:
        private_key = stored.value["privateKey"].encode() if stored.is_begun else b""
        signing_request = request_for(private_key, name, site)
    except ValueError:
        key = new_key(name, site)
        private_key, signing_request, since = key.private_key, key.signing_request, None
        begun = {"privateKey": private_key.decode(), "certificateId": ""}
        version = await _store(door, stored, begun, label)
        if version is None:
            return ""
        stored = replace(stored, version=version)
    certificate = await issue(signing_request, door, since)
    # The policy goes first: destroy finds a certificate by it, even if we are killed here.
    await _attach(door, policy, certificate.arn)
    value = {
        "certificatePem": certificate.pem,
        "privateKey": private_key.decode(),
        "rootCaPem": iot_root_ca(),
        "certificateId": certificate.id,
    }
    last = await _store(door, stored, value, label)
    if last is None:
        await delete_certificate(door, certificate.arn)
        return ""
    return last


async def _store(door: Door, before: "Stored", value: Mapping[str, str], label: str) -> str | None:
    """Replace a version of the secret and return the new one; None where another run has done so.

    One token for all who saw the same version: the first to store wins, the others are refused.
    """
    once = hashlib.sha256(f"{before.secret} {before.version}".encode()).hexdigest()
    with tolerate(Kind.EXISTS):
        response = await door.call(
            "secretsmanager",
            "put_secret_value",
            SecretId=before.secret,
            ClientRequestToken=once,
            SecretString=json.dumps(value),
            VersionStages=[label],
        )
        return str(response["VersionId"])
    return None


async def delete_others(door: Door, policy: str, certificate_id: str) -> int:
    """Delete certificates that have the bridge's policy and are not the bridge's.

    Each would be another way in, and no key of it is kept. Returns how many there were. Raises
    AwsError.
    """
    targets = await door.pages("iot", "list_targets_for_policy", "targets", policyName=policy)
    others = [arn for arn in targets if not arn.endswith(f"/{certificate_id}")]
    for arn in others:
        await delete_certificate(door, arn)
    return len(others)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the bridge's secret holds."""

    secret: str
    """Its ARN."""
    value: Mapping[str, str] = field(default_factory=dict, repr=False)
    version: str = ""
    created: datetime | None = None
    """When this version was stored."""
    labels: frozenset[str] = frozenset()
    """Of this version."""

    @property
    def is_begun(self) -> bool:
        """Whether it holds a key that AWS IoT may have issued a certificate for."""
        return bool(self.value.get("privateKey")) and not self.value.get("certificateId")

    @property
    def is_rotating(self) -> bool:
        """Whether a rotation has stored it, and not yet replaced the tasks."""
        return PENDING in self.labels


async def stored_in(door: Door, secret: str, label: str = CURRENT) -> Stored:
    """Return what a secret holds under a label. Raises AwsError."""
    # A secret without a value is "not found", too.
    response = await door.find(
        "secretsmanager", "get_secret_value", SecretId=secret, VersionStage=label
    )
    if response is None:
        return Stored(secret)
    try:
        value: Any = json.loads(response.get("SecretString") or "{}")
    except json.JSONDecodeError:
        value = {}
    known = value if isinstance(value, dict) else {}
    labels = frozenset(response["VersionStages"])
    return Stored(secret, known, response["VersionId"], response["CreatedDate"], labels)


async def _described(door: Door, certificate: str) -> dict[str, Any] | None:
    """Return a certificate as AWS IoT describes it, or None where it does not know it."""
    if not certificate:
        return None
    response = await door.find("iot", "describe_certificate", certificateId=certificate)
    description: dict[str, Any] | None = response and response["certificateDescription"]
    return description


async def _attach(door: Door, policy: str, certificate: str) -> bool:
    """Attach the bridge's policy where it is missing, and return whether it was."""
    attached = await door.pages("iot", "list_attached_policies", "policies", target=certificate)
    if any(item["policyName"] == policy for item in attached):
        return False
    await door.call("iot", "attach_policy", policyName=policy, target=certificate)
    return True
