"""The rules that a few lines can keep."""

import ast
import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel

import ivr.actions
import ivr.core
import ivr.flow
import ivr.runtime.ports

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 400
PATCHES = re.compile("mock" + r"\.patch|\bpatch\.(object|dict)|monkeypatch\." + "setattr")
SECRET_NAMES = re.compile(r"password|secret|token|authorization|api[-_]?key", re.IGNORECASE)
SECRET_TEXTS = re.compile(
    r"\b(AC|SK)[0-9a-f]{32}\b|\b(Bearer|Basic) \S|-----BEGIN|://[^/\s:]+:[^/\s@]+@", re.IGNORECASE
)
UNREAL = "sealed-by-the-vault"
SHOWN = {"case", "token_path", "token_url"}
NAMED = re.compile(r"\$SECRET\.\w+|\$\{SECRET\.\w+\}")


def sources(folder: Path) -> Iterator[Path]:
    """The Python files in a folder, but for those of what the page is made with: these are ten thousand."""
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "node_modules":
            yield from sources(entry)
        elif entry.suffix == ".py":
            yield entry


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in sources(ROOT / "ivr")}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_field_hides_what_an_annotation_means() -> None:
    """From Python 3.14 on, annotations are evaluated when they are asked for, and then the class's own names come
    first: `later: later.Rule = ...` asks a default for `Rule`."""
    hidden = {
        (str(path.relative_to(ROOT)), kind.name, name)
        for path in sources(ROOT / "ivr")
        for kind in ast.walk(ast.parse(path.read_text()))
        if isinstance(kind, ast.ClassDef)
        for name in fields_of(kind) & asked_for(kind)
    }
    assert hidden == set()


def fields_of(kind: ast.ClassDef) -> set[str]:
    annotated = (made.target for made in kind.body if isinstance(made, ast.AnnAssign))
    return {target.id for target in annotated if isinstance(target, ast.Name)}


def asked_for(kind: ast.ClassDef) -> set[str]:
    annotations = [made.annotation for made in kind.body if isinstance(made, ast.AnnAssign)]
    return {node.id for annotation in annotations for node in ast.walk(annotation) if isinstance(node, ast.Name)}


def modules() -> Iterator[ModuleType]:
    for package in (ivr.core, ivr.actions, ivr.flow):
        yield package
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)
    yield ivr.runtime.ports


def passed_around() -> list[type]:
    """Every struct, dataclass and model that these modules define."""
    classes = {kind for module in modules() for _, kind in inspect.getmembers(module, inspect.isclass)}
    return sorted((kind for kind in classes if kind.__module__.startswith("ivr.")), key=lambda kind: kind.__qualname__)


def frozen(kind: type) -> bool:
    if issubclass(kind, msgspec.Struct):
        return kind.__struct_config__.frozen
    if issubclass(kind, BaseModel):
        return kind.model_config.get("frozen", False)
    return not is_dataclass(kind) or kind.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_whatever_is_passed_between_layers_is_frozen() -> None:
    assert len(passed_around()) > 30
    assert [kind.__qualname__ for kind in passed_around() if not frozen(kind)] == []


def test_nothing_is_patched() -> None:
    """Tests plug in what they need; they never reach into a module and change it."""
    sources = (path for path in (ROOT / "tests").rglob("*.py"))
    assert [path for path in sources if PATCHES.search(path.read_text())] == []


def unreal(value: str) -> bool:
    """Whether it stands for a secret, and is none."""
    return value in {UNREAL, ""} or NAMED.fullmatch(value) is not None


def secrets(value: Any, name: str = "") -> Iterator[str]:
    """Whatever in a JSON value could be a secret."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in SHOWN:
                yield from secrets(inner, name if key in {"sealed", "text", "value"} else key)
    elif isinstance(value, list):
        for inner in value:
            yield from secrets(inner, name)
    elif isinstance(value, str) and not unreal(value) and (SECRET_NAMES.search(name) or SECRET_TEXTS.search(value)):
        yield f"{name}: {value}"


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "tests" / "actions" / "golden").glob("*.json")), *sorted((ROOT / "ivr" / "demo").glob("*.json"))],
    ids=lambda path: path.stem,
)
def test_flows_that_we_show_hold_no_secret(path: Path) -> None:
    assert list(secrets(json.loads(path.read_text()))) == []


def test_a_secret_would_be_found() -> None:
    for shown in ({"password": "x"}, {"password": {"text": "x"}}, {"url": "http://a:b@c.test"}, ["Bearer x"]):
        assert list(secrets(shown))
