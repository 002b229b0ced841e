"""Write what the Terraform provider for AWS takes: solarrally_tui/terraform/provider.json.

Usage: python tools/terraform_schema.py PACKAGE

PACKAGE is the unpacked npm package @cdktf/provider-aws, which is generated from the provider's own
schema. Of each resource that an export may write, the file holds the arguments with their types,
which of them are required, the blocks, and the attributes that may be read.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from solarrally_tui.terraform.types.table import RESOURCE_TYPES  # noqa: E402

TARGET: Final = ROOT / "solarrally_tui" / "terraform" / "provider.json"
_ENTRY: Final = re.compile(
    r"^ {8,12}(\w+): \{\s*value: (.*?),\s*isBlock: \w+,\s*type: \"(\w+)\",\s*"
    r"storageClassType: \"(\w+)\",",
    re.MULTILINE | re.DOTALL,
)
_READABLE: Final = re.compile(r"this\.get\w+Attribute\('(\w+)'\)|List\(this, \"(\w+)\"")


def main(package: Path) -> None:
    """Read the package and write the file."""
    version = json.loads((package / "package.json").read_text())["cdktf"]["provider"]["version"]
    lines = [
        f"{json.dumps(name)}: {json.dumps(_resource(package, name), sort_keys=True)}"
        for name in sorted(RESOURCE_TYPES)
    ]
    inside = ",\n".join(lines)
    text = f'{{"version": {json.dumps(version)}, "resources": {{\n{inside}\n}}}}\n'
    TARGET.write_text(text, encoding="utf-8")


def _resource(package: Path, name: str) -> dict[str, Any]:
    folder = package / "lib" / name.removeprefix("aws_").replace("_", "-")
    source = (folder / "index.js").read_text(encoding="utf-8")
    declared = (folder / "index.d.ts").read_text(encoding="utf-8")
    required = _required_members(declared)
    class_at = re.search(r"^class (\w+) extends cdktf\.TerraformResource", source, re.MULTILINE)
    if class_at is None:
        raise SystemExit(f"{name}: no resource in {folder}")
    own = source[class_at.start() :]
    attributes = own[own.index("synthesizeHclAttributes() {") :]
    schema = _body(attributes, class_at[1] + "Config", source, required)
    readable = {one or other for one, other in _READABLE.findall(own)}
    return schema | {"read": sorted(readable | set(schema["arguments"]))}


def _required_members(declared: str) -> dict[str, set[str]]:
    interfaces = re.findall(
        r"^export interface (\w+)[^{]*\{(.*?)^\}", declared, re.MULTILINE | re.DOTALL
    )
    return {
        name: set(re.findall(r"^    readonly (\w+):", body, re.MULTILINE))
        for name, body in interfaces
    }


def _body(text: str, interface: str, source: str, required: dict[str, set[str]]) -> dict[str, Any]:
    """Return arguments and blocks of one block, read from its function toHclTerraform."""
    end = text.index("\n    }\n" if text.startswith("synthesize") else "\n}\n")
    arguments: dict[str, str] = {}
    blocks: dict[str, Any] = {}
    needed = required.get(interface, set())
    for name, value, kind, storage in _ENTRY.findall(text[:end]):
        maker = re.search(r"(\w+)ToHclTerraform", value)
        if storage[0].islower() or maker is None:
            arguments[name] = "map" if kind == "map" else storage
            continue
        inner_name = maker[1]
        start = source.index(f"function {inner_name}ToHclTerraform(")
        type_name = inner_name[0].upper() + inner_name[1:]
        blocks[name] = _body(source[start:], type_name, source, required)
    found = {**arguments, **blocks}
    return {
        "arguments": arguments,
        "blocks": blocks,
        "required": sorted(name for name in found if _camel(name) in needed),
    }


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
