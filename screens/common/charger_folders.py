"""Where the files of chargers go that the wizard writes, as a person types and reads it."""

from pathlib import Path

from solarrally_tui.computer.folders import home_folder
from solarrally_tui.wizard.demo_stage import Stage


def suggested(site: str, stage: Stage | None) -> str:
    """Return the folder of a site's chargers, as its field shows it.

    A demonstration has a folder of its own: a name is one in there.
    """
    return site if stage else shown(home_folder() / "solarrally" / site, None)


def resolved(typed: str, stage: Stage | None) -> Path:
    """Return the folder that was typed. One that is not absolute is in the present one."""
    typed_path = Path(typed.strip())
    try:
        folder = typed_path.expanduser()
    except RuntimeError:  # ~name of a user who does not exist
        folder = typed_path
    return stage.folder / folder if stage else folder


def shown(folder: Path, stage: Stage | None) -> str:
    """Return a folder as short as its field takes it: in the person's own, or the demo's."""
    if stage and folder.is_relative_to(stage.folder):
        return str(folder.relative_to(stage.folder))
    home = home_folder()
    return (
        f"~/{folder.relative_to(home).as_posix()}" if folder.is_relative_to(home) else str(folder)
    )
