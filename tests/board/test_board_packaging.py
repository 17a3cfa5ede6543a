"""What is packed: the built page without its sources, and a lock that anybody can install from."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from ivr.board.build import NODE, digest, state
from ivr.board.hatch_build import BoardHook

ROOT = Path(__file__).parents[2]
BOARD = ROOT / "ivr" / "board"
UI, STATIC = BOARD / "ui", BOARD / "static"
MANIFEST = json.loads((UI / "package.json").read_text("utf-8"))
LOCK = json.loads((UI / "package-lock.json").read_text("utf-8"))["packages"]
FIRST_PAGE = 160 * 1024
"""Bytes of script, packed, that the first page may take."""
NAMED = {
    "www.w3.org": "names of XML vocabularies, which nobody asks for",
    "react.dev": "in the words of an error",
    "reactflow.dev": "the credit of the canvas, a link",
}
"""Outside hosts that the built page may name, and why."""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """The files in a wheel and in a source distribution, made from the tree as it is."""
    assert (STATIC / "index.html").is_file(), "the board is not built: python -m ivr.board.build"
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "IVR_BOARD": "skip"}, check=True, capture_output=True)
    (wheel,), (source,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as opened, tarfile.open(source) as unrolled:
        return set(opened.namelist()), {name.partition("/")[2] for name in unrolled.getnames()}


def page(files: set[str]) -> set[str]:
    return {name.removeprefix("ivr/board/static/") for name in files if name.startswith("ivr/board/static/")}


def test_both_hold_the_whole_page(packed: tuple[set[str], set[str]]) -> None:
    here = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert {"index.html", "THIRD-PARTY-LICENSES.md", "favicon.svg", ".stamp"} <= here
    for files in packed:
        assert page(files) == here


def test_the_wheel_holds_no_sources_of_it(packed: tuple[set[str], set[str]]) -> None:
    wheel, _ = packed
    assert {"ivr/board/build.py", "ivr/board/web.py", "ivr/py.typed"} <= wheel
    assert not {name for name in wheel if name.startswith("ivr/board/ui") or name.endswith((".ts", ".tsx"))}
    assert "ivr/board/hatch_build.py" not in wheel


def test_both_hold_all_the_music(packed: tuple[set[str], set[str]]) -> None:
    wheel, source = packed
    music = {path.name for path in (ROOT / "audio").glob("*.wav")}
    assert len(music) == 3
    assert {name for name in wheel if name.startswith("ivr/audio/")} == {f"ivr/audio/{name}" for name in music}
    assert {f"audio/{name}" for name in (*music, "README.md", "compose/__main__.py")} <= source


def test_the_source_distribution_can_build_it_again(packed: tuple[set[str], set[str]]) -> None:
    _, source = packed
    assert {"ivr/board/hatch_build.py", "ivr/board/build.py"} <= source
    assert {
        f"ivr/board/ui/{name}" for name in ("package.json", "package-lock.json", ".npmrc", "src/main.tsx")
    } <= source
    assert not {name for name in source | packed[0] if "node_modules" in name}


def test_what_the_page_loads_is_there_and_packed() -> None:
    index = (STATIC / "index.html").read_text("utf-8")
    loaded = re.findall(r'(?:src|href)="/(assets/[^"]+-[\w-]{8}\.(?:js|css))"', index)
    assert {Path(name).suffix for name in loaded} == {".js", ".css"}
    for path in STATIC.rglob("*"):
        if path.suffix in {".js", ".css"}:
            assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == path.read_bytes()
    scripts = [STATIC / f"{name}.gz" for name in loaded if name.endswith(".js")]
    assert sum(path.stat().st_size for path in scripts) < FIRST_PAGE
    assert "<script>" not in index


def test_the_page_names_no_outside_host() -> None:
    texts = [path.read_text("utf-8") for path in STATIC.rglob("*") if path.suffix in {".js", ".css", ".html", ".svg"}]
    hosts = {host for text in texts for host in re.findall(r"(?:https?|wss?)://([\w.-]*\w)", text)}
    assert hosts <= set(NAMED), hosts - set(NAMED)


def test_every_licence_is_told() -> None:
    told = (STATIC / "THIRD-PARTY-LICENSES.md").read_text("utf-8")
    for name in ("react", "react-dom", "@xyflow/react", "zustand", "lucide-react", "ibm-plex-sans", "ibm-plex-mono"):
        assert name in told
    assert told.count("SIL OPEN FONT LICENSE Version 1.1") >= 2


def test_the_lock_names_no_package_host() -> None:
    for name, entry in LOCK.items():
        assert "resolved" not in entry, name
        assert name == "" or "integrity" in entry, name
        entry.pop("funding", None)
        assert "://" not in json.dumps(entry), name
    assert "omit-lockfile-registry-resolved=true" in (UI / ".npmrc").read_text().splitlines()
    assert "://" not in (UI / ".npmrc").read_text()


def test_the_lock_serves_every_platform() -> None:
    """npm leaves out what this machine has no use for when it locks over an existing folder."""
    optional = {name for entry in LOCK.values() for name in entry.get("optionalDependencies", {})}
    there = {name.rpartition("node_modules/")[2] for name in LOCK}
    assert optional <= there, "make the lock anew in an empty folder"
    for kind in ("darwin-arm64", "darwin-x64", "linux-arm64-gnu", "linux-x64-gnu", "linux-x64-musl", "win32-x64-msvc"):
        assert f"@rolldown/binding-{kind}" in optional
        assert f"lightningcss-{kind}" in optional


def test_versions_are_exact_and_single() -> None:
    named = {**MANIFEST["dependencies"], **MANIFEST["devDependencies"]}
    wanted = {name: version.removeprefix("npm:typescript@") for name, version in named.items()}
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert {name: LOCK[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    for once in ("react", "zustand"):
        assert [name for name in LOCK if name.endswith(f"node_modules/{once}")] == [f"node_modules/{once}"]


def test_nothing_built_is_kept() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    files = (
        subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    )
    assert "pyproject.toml" in files
    assert [name for name in files if name.endswith((".js", ".mjs", ".cjs", ".css.gz", ".map", ".woff2"))] == []
    assert [name for name in files if "node_modules/" in name or name.startswith("ivr/board/static/")] == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with little in it: sources that were built and not touched since."""
    board = tmp_path / "ivr" / "board"
    (board / "ui" / "src").mkdir(parents=True)
    for name in ("build.py", "hatch_build.py"):
        shutil.copy(BOARD / name, board)
    (board / "ui" / "package.json").write_text("{}")
    (board / "ui" / "package-lock.json").write_text("{}")
    (board / "ui" / "src" / "main.tsx").write_text("1")
    (board / "static").mkdir()
    (board / "static" / ".stamp").write_text(digest(board / "ui"))
    return tmp_path


def hook(root: Path) -> BoardHook:
    return BoardHook(str(root), {}, None, None, str(root), "wheel")  # type: ignore[arg-type]


def test_a_fresh_page_needs_no_node(tree: Path) -> None:
    assert state(tree / "ivr" / "board") == "fresh"
    assert hook(tree).dependencies() == []
    hook(tree).initialize("standard", {})


@pytest.mark.parametrize("name", ["src/main.tsx", "package-lock.json", "src/new.css"])
def test_touched_sources_are_built_anew(tree: Path, name: str) -> None:
    (tree / "ivr" / "board" / "ui" / name).write_text("2")
    assert state(tree / "ivr" / "board") == "stale"
    assert hook(tree).dependencies() == [NODE]


@pytest.mark.parametrize("name", ["test/main.test.ts", "node_modules/react/index.js"])
def test_what_is_not_in_the_page_does_not_count(tree: Path, name: str) -> None:
    path = tree / "ivr" / "board" / "ui" / name
    path.parent.mkdir(parents=True)
    path.write_text("2")
    assert state(tree / "ivr" / "board") == "fresh"


def test_an_installed_page_has_no_sources_to_compare(tree: Path) -> None:
    shutil.rmtree(tree / "ivr" / "board" / "ui")
    assert state(tree / "ivr" / "board") == "fresh"
    shutil.rmtree(tree / "ivr" / "board" / "static")
    assert state(tree / "ivr" / "board") == "missing"


def test_the_page_can_be_left_out(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(tree / "ivr" / "board" / "static")
    monkeypatch.setenv("IVR_BOARD", "skip")
    assert hook(tree).dependencies() == []
    hook(tree).initialize("standard", {})


def test_without_node_it_says_so(tree: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.rmtree(tree / "ivr" / "board" / "static")
    monkeypatch.setenv("IVR_BOARD", "system-node")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hook(tree).dependencies() == []
    with pytest.raises(SystemExit, match=r"can't be built without Node.*\n.*IVR_BOARD=skip installs the server"):
        hook(tree).initialize("standard", {})
