"""solarrally chargers export, and solarrally chargers qr."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from solarrally_tui.commands.shared.options import AddAction, CommonOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_picture, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.enumeration import counted
from solarrally_tui.text.table import fit


@dataclass(frozen=True, slots=True)
class ExportOptions(CommonOptions):
    """What export takes."""

    folders: list[Path]
    to: Path
    json: bool


@dataclass(frozen=True, slots=True)
class QrOptions(CommonOptions):
    """What qr takes."""

    folder: Path
    json: bool


def add(add_action: AddAction) -> None:
    """Add the actions."""
    exporting = add_action("export", "Write what a gateway needs to connect for chargers.")
    exporting.add_argument(
        "folders",
        type=Path,
        nargs="+",
        metavar="FOLDER",
        help="folder that add wrote, or that has such folders",
    )
    exporting.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="PLACE",
        help="new folder, or an archive that ends in .tar, .tgz or .tar.gz; it gets private keys",
    )
    add_json(exporting)
    carry_out(
        exporting,
        _export,
        ExportOptions,
        example="solarrally chargers export chargers --to gateway\n"
        "solarrally chargers export chargers/evse-1 chargers/evse-2 --to gateway.tgz",
    )
    drawing = add_action("qr", "Show as a QR code what a charger's web page asks for.")
    drawing.add_argument("folder", type=Path, metavar="FOLDER", help="folder that add wrote")
    add_json(drawing)
    carry_out(drawing, _qr, QrOptions, example="solarrally chargers qr chargers/evse-1")


def _export(options: ExportOptions) -> int:
    from solarrally_tui.chargers.intake.export import export, find

    written = export(find(options.folders), options.to)
    sources = sorted({str(charger.folder) for charger in written.chargers})
    names = [charger.name for charger in written.chargers]
    if options.json:
        result = {"place": str(written.place), "chargers": names, "keys_also_in": sources}
        return show_result(result, Exit.OK)
    number = counted(len(names), "charger")
    show(fit(f"{options.to} has what a gateway needs for {number}, with their private keys."))
    say("The same keys are also in:")
    for source in sources:
        say(f"  {source}")
    say(f"Copy {options.to} to the gateway. Then delete it and the others here.")
    return Exit.OK


def _qr(options: QrOptions) -> int:
    from solarrally_tui.chargers.files import ChargerFiles
    from solarrally_tui.chargers.intake import qr_code

    chargers = ChargerFiles.in_folder(options.folder)
    if options.json:
        result = {"codes": [qr_code.content(charger) for charger in chargers]}
        return show_result(result, Exit.OK)
    size = shutil.get_terminal_size()
    for charger in chargers:
        rows = qr_code.rows(qr_code.content(charger))
        if not show_picture(rows):
            say("The output cannot show a QR code. Its text is:")
            show(qr_code.content(charger))
            continue
        if len(rows) + 2 > size.lines or len(rows[0]) > size.columns:
            say(f"The code needs a window of {len(rows[0])} columns and {len(rows) + 2} rows.")
        show(f"{charger.name}: address, port, client id and topic. No key.")
    return Exit.OK
