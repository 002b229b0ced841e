"""A certificate that waits for DNS waits for the operator: says what to do, and for how long."""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.provisioning.events import State
from solarrally_tui.provisioning.outcome import Exit
from solarrally_tui.provisioning.run import Run
from solarrally_tui.provisioning.steps import StepError
from solarrally_tui.provisioning.watch import Watch

ASK_AFTER_SECONDS: Final = 480.0
"""A certificate whose zone is delegated is issued in about four minutes, rarely in ten."""

GIVE_UP_SECONDS: Final = 3600.0
"""AWS goes on trying for 72 hours (ACM user guide, "DNS validation"); we need not stay."""

_CERTIFICATE: Final = "AWS::CertificateManager::Certificate"


@dataclass(slots=True)
class Patience:
    """Waits beside one stack's watch."""

    run: Run
    step: str
    _asked: bool = False

    async def idle(self, watch: Watch) -> None:
        """Say that the operator is waited for, once; after an hour, stop watching.

        Raises StepError (waiting for you) and AwsError.
        """
        if not self.run.site.domain.name or _CERTIFICATE not in watch.under_way:
            return
        if watch.quiet_seconds > GIVE_UP_SECONDS:
            raise StepError(await self._plain(), Exit.WAITING_FOR_YOU)
        if watch.quiet_seconds > ASK_AFTER_SECONDS and not self._asked:
            self._asked = True
            plain = await self._plain()
            self.run.voice.step(self.step, State.WAITING_FOR_YOU, f"{plain.what} {plain.next}")

    async def _plain(self) -> Plain:
        zone = self.run.facts["HostedZoneId"]
        told = await self.run.door.call("route53", "get_hosted_zone", Id=zone)
        servers = ", ".join((told.get("DelegationSet") or {}).get("NameServers") or ())
        domain = self.run.site.domain.name
        return Plain(
            f"The certificate for {domain} waits for DNS.",
            f"AWS cannot see the hosted zone {told['HostedZone']['Name']} from the Internet.",
            f"Set these name servers at the domain's registrar: {servers}. The certificate is then "
            "issued by itself; run the same command again if this one has ended.",
        )
