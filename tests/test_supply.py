"""What is installed is what was tested: versions with hashes, ranges with ends, and no host named anywhere."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

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
    command = TASKS["sbom"]["cmd"].replace("environment .venv", f"environment {sys.executable}")
    subprocess.run([*command.split()[:-1], str(written)], cwd=ROOT, env=PROGRAMS, check=True, capture_output=True)
    listed = {
        each["name"].lower().replace("_", "-"): each.get("version")
        for each in json.loads(written.read_text())["components"]
    }
    wanted = {name_of(each).lower() for each in PROJECT["dependencies"] if ";" not in each}
    assert {name: listed.get(name) for name in wanted} == {name: LOCKED[name] for name in wanted}
