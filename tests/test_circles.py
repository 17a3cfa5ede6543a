"""No module imports another that imports it in turn, by whatever way; imports for type checkers count."""

from collections.abc import Callable, Iterable

import grimp

from ivr.flow.graph import groups

GRAPH = grimp.build_graph("ivr", exclude_type_checking_imports=False, cache_dir=None)


def circles(modules: Iterable[str], imports: Callable[[str], Iterable[str]]) -> list[list[str]]:
    """The groups of modules that import each other, sorted."""
    place = {name: number for number, name in enumerate(sorted(modules))}
    names = list(place)
    found = groups(list(place.values()), lambda number: [place[name] for name in imports(names[number])])
    alone = {number for number in place.values() if names[number] in imports(names[number])}
    return sorted(sorted(names[each] for each in group) for group in found if len(group) > 1 or alone & {*group})


def test_no_module_is_in_a_circle() -> None:
    assert len(GRAPH.modules) > 250, "the whole package is looked at"
    assert circles(GRAPH.modules, GRAPH.find_modules_directly_imported_by) == []


def test_imports_for_type_checkers_count() -> None:
    """The plug-in of pytest imports the line for type checkers alone."""
    assert "ivr.testing.line" in GRAPH.find_modules_directly_imported_by("ivr.testing.plugin")


def test_a_circle_is_found() -> None:
    imports = {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"], "e": ["e"]}
    assert circles(imports, imports.__getitem__) == [["a", "b", "c"], ["e"]]
