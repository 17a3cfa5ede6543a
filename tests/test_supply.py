"""What is installed is what was tested: versions with hashes, ranges with ends, and no host named anywhere."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from ivr.board.bom import LICENCES, completed

ROOT = Path(__file__).parents[1]
ALL = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT, TASKS = ALL["project"], ALL["tool"]["poe"]["tasks"]
PROGRAMS = {**os.environ, "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))}
LOCK = (ROOT / ".ci" / "requirements.lock").read_text("utf-8")
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", LOCK, re.MULTILINE))
WANTED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
OPEN_ENDED = {"tzdata"}
"""Data that must not grow old: the newest is always right."""


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=;]", requirement)[0].strip()


def test_every_locked_version_has_hashes_and_names_no_host() -> None:
    entries = re.split(r"\n(?=[a-z])", LOCK.strip())
    assert len(entries) == len(LOCKED)
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|index-url|find-links", LOCK)


def test_all_that_is_wanted_is_locked() -> None:
    names = {name_of(each) for each in WANTED if "python_version" not in each} - {"ivr"}
    assert {name for name in names if name.lower() not in LOCKED} == set()


@pytest.mark.parametrize("requirement", [each for each in WANTED if not each.startswith("ivr[")])
def test_ranges_have_both_ends(requirement: str) -> None:
    assert ">=" in requirement
    assert "<" in requirement or name_of(requirement) in OPEN_ENDED


def test_the_page_is_locked_too_and_names_no_host() -> None:
    packages = json.loads((ROOT / "ivr/board/ui/package-lock.json").read_text("utf-8"))["packages"]
    installed = {name: each for name, each in packages.items() if name and not each.get("link")}
    assert len(installed) > 50
    assert [name for name, each in installed.items() if not each.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, each in installed.items() if "resolved" in each] == []


def test_ci_installs_from_the_lock() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "--require-hashes --requirement .ci/requirements.lock" in script


@pytest.mark.slow
def test_one_command_lists_all_that_is_installed(tmp_path: Path) -> None:
    written = tmp_path / "sbom.json"
    for step in TASKS["sbom"]["sequence"]:
        command = step["cmd"].replace("environment .venv", f"environment {sys.executable}")
        subprocess.run([*command.split()[:-1], str(written)], cwd=ROOT, env=PROGRAMS, check=True, capture_output=True)
    listed = {
        each["name"].lower().replace("_", "-"): each.get("version")
        for each in json.loads(written.read_text())["components"]
        if each.get("purl", "").startswith("pkg:pypi/")
    }
    wanted = {name_of(each).lower() for each in PROJECT["dependencies"] if ";" not in each}
    assert {name: listed.get(name) for name in wanted} == {name: LOCKED[name] for name in wanted}
    assert valid(json.loads(written.read_text())) is None


PAGE = json.loads((ROOT / "ivr/board/ui/package-lock.json").read_text("utf-8"))["packages"]
BUILDING = {"@vitejs/plugin-react", "vite"}
"""What makes the page, and is not in it."""


def valid(bom: dict[str, Any]) -> object:
    """What is wrong with it, or nothing."""
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bom))


def a_bom(**ours: str) -> dict[str, Any]:
    """One as the program makes it: of an environment in which we are installed."""
    known = {"type": "library", "bom-ref": "msgspec==0.20", "name": "msgspec", "version": "0.20"}
    here = {"type": "application", "bom-ref": "ivr==0.1.0", "name": "ivr", **ours}
    depends = [{"ref": "ivr==0.1.0", "dependsOn": ["msgspec==0.20"]}, {"ref": "msgspec==0.20"}]
    more = {"metadata": {}, "components": [known, here], "dependencies": depends}
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, **more}


def test_the_list_has_what_the_page_is_made_of() -> None:
    """All that its licences are of, in the versions of the lock; and nothing that only makes it."""
    whole = completed(a_bom(), LICENCES.read_text("utf-8"))
    assert valid(whole) is None
    assert [each["name"] for each in whole["components"][:2]] == ["msgspec", "ivr"]
    page = {"/".join(filter(None, (each.get("group"), each["name"]))): each for each in whole["components"][2:]}
    assert {name: each["version"] for name, each in page.items()} == {
        name: PAGE[f"node_modules/{name}"]["version"] for name in page
    }
    assert {name: each["licenses"] for name, each in page.items()} == {
        name: [{"license": {"id": PAGE[f"node_modules/{name}"]["license"]}}] for name in page
    }
    assert page.keys() >= PAGE[""]["dependencies"].keys() - BUILDING
    assert not page.keys() & (BUILDING | PAGE[""]["devDependencies"].keys())
    assert page["@xyflow/react"]["purl"].startswith("pkg:npm/%40xyflow/react@")
    depends = {each["ref"]: each.get("dependsOn", []) for each in whole["dependencies"]}
    assert depends["ivr==0.1.0"] == sorted(["msgspec==0.20", *(each["bom-ref"] for each in page.values())])
    assert completed(whole, LICENCES.read_text("utf-8")) == whole, "once is enough"


def test_where_we_are_what_the_list_is_about_and_licences_of_many_kinds() -> None:
    bom = a_bom(name="other") | {"metadata": {"component": {"type": "application", "bom-ref": "root", "name": "ivr"}}}
    bom["dependencies"] = [{"ref": "root"}]
    whole = completed(bom, "# Licenses\n\n## two - 1.0.0 (MIT OR Apache-2.0)\n\n## 1. Definitions (of words)\n")
    assert whole["components"][-1]["licenses"] == [{"expression": "MIT OR Apache-2.0"}]
    assert whole["dependencies"] == [{"ref": "pkg:npm/two@1.0.0"}, {"ref": "root", "dependsOn": ["pkg:npm/two@1.0.0"]}]


def test_the_image_has_the_whole_list() -> None:
    first = (ROOT / "ivr/deploy/docker/Dockerfile").read_text("utf-8").split("\nFROM ")[1]
    made, completed_by = (
        first.index("--output-file /opt/ivr/sbom.json"),
        first.index("-m ivr.board.bom /opt/ivr/sbom.json"),
    )
    assert made < completed_by
