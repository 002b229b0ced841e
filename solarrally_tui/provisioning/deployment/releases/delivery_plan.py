"""What bringing out a commit would do, for the comment on a pull request. Reads only."""

from dataclasses import dataclass

from solarrally_tui.provisioning.deployment.builds.build_source import (
    build_tag,
    frontend_marker,
)
from solarrally_tui.provisioning.deployment.builds.build_steps import find_digests
from solarrally_tui.provisioning.deployment.builds.upload import object_metadata
from solarrally_tui.provisioning.deployment.releases import service_image
from solarrally_tui.provisioning.deployment.releases.bringing_out import BringingOut
from solarrally_tui.source.finding import SourceReport
from solarrally_tui.source.render import findings_of
from solarrally_tui.text.enumeration import counted


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """What a commit meets in the account."""

    site: str
    commit: str
    address: str
    runs: str
    """The image that the tasks run."""
    image: str
    """That of the commit, by its digest; empty where it is not built yet."""
    has_page: bool
    """Whether its dashboard is built."""
    tasks: int
    """How many tasks are replaced."""


async def look(wanted: BringingOut, address: str) -> DeliveryPlan:
    """Return what bringing out would do. Raises StepError and AwsError."""
    door, outputs, app = wanted.door, wanted.outputs, wanted.there["app"]
    service = await service_image.service_of(door, app.outputs)
    commit = wanted.site.application.commit
    bucket = outputs["bootstrap"]["ArtifactBucketName"]
    page = await object_metadata(door, bucket, frontend_marker(build_tag(commit)))
    return DeliveryPlan(
        wanted.site.name,
        commit,
        address,
        await service_image.running_image(door, app.outputs, app.parameters["AppImage"]),
        (await find_digests(door, wanted.site, outputs["build"]))["AppImage"],
        page is not None,
        int(service["desiredCount"]),
    )


def markdown(plan: DeliveryPlan, report: SourceReport | None, unread: str = "") -> str:
    """Return the plan as Markdown.

    report: of the source of the commit; None where it could not be fetched, for which unread says
    why.
    """
    same = plan.image == plan.runs
    tasks = counted(plan.tasks, "task")
    rows = (
        ("Image", "is built already" if plan.image else "is built in the account"),
        ("Dashboard", "is built already" if plan.has_page else "is built in the account"),
        (
            "Tasks",
            "stay: they run this image"
            if same
            else f"{tasks} replaced once the new ones are healthy; taken back where they are not",
        ),
        ("Page", "is published after the tasks"),
        ("Stacks, settings, database, monthly cost", "stay as they are"),
    )
    lines = [
        f"### {plan.site}: commit {plan.commit[:12]}",
        "",
        f"Merged, it is brought out at {plan.address}. A merge has its own commit, built then.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {what} | {does} |" for what, does in rows),
        "",
        "**Check of the source:** "
        + (f"not done. {unread}" if report is None else findings_of(report)),
    ]
    return "\n".join(lines) + "\n"
