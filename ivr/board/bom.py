"""Adds the packages that the board's page is made of to a software bill of materials (CycloneDX, JSON).

What is installed is listed by a program that knows Python's packages only. Which others ended up in the page, the build
of the page has written down, with their licences.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

LICENCES = Path(__file__).resolve().parent / "static" / "THIRD-PARTY-LICENSES.md"
_package = re.compile(r"^## (@[^/ ]+/)?([^/ ]+) - ([^ ]+) \((.+)\)$", re.MULTILINE)
OURS = "ivr"


def components(licences: str) -> Iterator[dict[str, Any]]:
    """The packages that a page's licences are of."""
    for scope, name, version, licence in _package.findall(licences):
        group = scope.rstrip("/")
        where = f"{quote(group, safe='')}/" if group else ""
        purl = f"pkg:npm/{where}{name}@{version}"
        licensed = {"expression": licence} if " " in licence else {"license": {"id": licence}}
        yield {
            "type": "library",
            "bom-ref": purl,
            **({"group": group} if group else {}),
            "name": name,
            "version": version,
            "licenses": [licensed],
            "purl": purl,
        }


def completed(bom: dict[str, Any], licences: str) -> dict[str, Any]:
    """The bill with those packages, on which our own depends. Another time it stays as it is."""
    added = sorted(components(licences), key=lambda each: str(each["purl"]))
    refs = [each["bom-ref"] for each in added]
    ours = next(
        each["bom-ref"]
        for each in (bom["metadata"].get("component", {}), *bom["components"])
        if each.get("name") == OURS
    )
    depends = {each["ref"]: each for each in bom.get("dependencies", ())} | {ref: {"ref": ref} for ref in refs}
    known = depends.get(ours, {"ref": ours})
    depends[ours] = {**known, "dependsOn": sorted({*known.get("dependsOn", ()), *refs})}
    others = [each for each in bom["components"] if each["bom-ref"] not in refs]
    return {**bom, "components": [*others, *added], "dependencies": [depends[ref] for ref in sorted(depends)]}


def main(arguments: list[str]) -> int:
    """Complete the file that is named."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m ivr.board.bom FILE\n")
        return 2
    if not LICENCES.is_file():
        sys.stderr.write("The board's page is not built, so nobody knows what is in it: python -m ivr.board.build\n")
        return 1
    file = Path(arguments[0])
    whole = completed(json.loads(file.read_text("utf-8")), LICENCES.read_text("utf-8"))
    file.write_text(f"{json.dumps(whole, indent=2, ensure_ascii=False)}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
