"""Any block of logic and data, as Hypothesis strategies: for flows of any kind."""

from typing import Any, get_args

from hypothesis import strategies as st

from ivr.actions.text_operations import Operation
from ivr.core.compare import Operator
from tests.story.flows import Row

Fields = dict[str, st.SearchStrategy[Any]]
_names = st.sampled_from(["x", "n", "ANI", "EXTCALL_2", "SET_3", "DateTime", "SECRET"])
_labels = st.sampled_from(["A", "B", "a", "Default", "漢", "!"])


def logic_rows(written: st.SearchStrategy[str], ways: st.SearchStrategy[int | None]) -> st.SearchStrategy[Row]:
    """A block whose texts are `written`, wired to `ways`, mistakes of its author included."""

    def block(kind: str, ports: str, required: Fields, optional: Fields | None = None) -> st.SearchStrategy[Row]:
        action = st.fixed_dictionaries({"type": st.just(kind), **required}, optional=optional or {})
        exits = st.fixed_dictionaries(dict.fromkeys(ports.split(), ways))
        return st.builds(lambda action, exits: {"action": action, "exits": _wired(exits)}, action, exits)

    return st.one_of(
        block("set_variables", "next", {"rows": _several(_setting(written))}),
        block("condition", "true false", {"rows": _several(_row(written)), "match": st.sampled_from(["all", "any"])}),
        block("switch", "a b default", {"cases": _several({**_row(written), "label": _labels})}),
        block(
            "percent_routing",
            "a b default",
            {"shares": _several({"label": _labels, "percent": st.integers(0, 100)}), "sticky": st.booleans()},
        ),
        block("counter", "next", {"direction": st.sampled_from(["up", "down"])}, {"name": _names}),
        block("compute", "success failure", *_sum(written)),
        block("text_operations", "success failure", *_text(written)),
        block(
            "schedule",
            "open closed holiday",
            {"country": st.sampled_from(["", "US", "XX"]), "time_zone": st.sampled_from(["", "Asia/Tokyo"])},
            {"dates": st.just([{"date": "12-24", "state": "holiday"}])},
        ),
    )


def _setting(written: st.SearchStrategy[str]) -> Fields:
    return {
        "name": _names,
        "value": written | st.sampled_from(["$x$x", '{"a": $x}', "[$x, $x]", "7"]),
        "as": st.sampled_from([None, "text", "number", "json", "true-false"]),
    }


def _row(written: st.SearchStrategy[str]) -> Fields:
    return {
        "variable": st.sampled_from(["$x", "n", "$EXTCALL_2.response", "", "$x.a[0]"]),
        "operator": st.sampled_from(get_args(Operator)),
        "value": written | st.sampled_from(["5", "*", "$x", "#?*"]),
        "to": written,
        "values": st.lists(written, max_size=2),
        "ignore_case": st.booleans(),
    }


def _sum(written: st.SearchStrategy[str]) -> tuple[Fields, Fields]:
    numbers = written | st.sampled_from(["$x", "$n", "0", "7.25"])
    operations = st.sampled_from(["add", "subtract", "multiply", "divide", "remainder", "min", "max", "round"])
    return {"operation": operations, "first": numbers, "second": numbers}, {
        "decimals": st.integers(0, 6),
        "name": _names,
    }


def _text(written: st.SearchStrategy[str]) -> tuple[Fields, Fields]:
    texts = written | st.sampled_from(["$x", "$n", "2"])
    optional = dict.fromkeys(("start", "count", "search", "replacement", "separator"), texts)
    return {"operation": st.sampled_from(get_args(Operation)), "text": texts}, {
        **optional,
        "more": st.lists(texts, max_size=2),
        "name": _names,
    }


def _several(fields: Fields) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries(fields), min_size=1, max_size=3)


def _wired(exits: dict[str, int | None]) -> dict[str, int]:
    return {port: to for port, to in exits.items() if to is not None}
