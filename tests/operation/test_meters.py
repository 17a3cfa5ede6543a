"""What Prometheus reads: names in a golden file, true counters, and rules and a dashboard that ask for no others."""

import json
import os
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from ivr.core.call import Call, Entry
from ivr.operation.meters import Meters
from ivr.runtime.ports import CallRecord, Change
from ivr.store import call_facts
from ivr.store.figures import Figures
from tests.operation.promql import fault_of
from tests.operation.test_log_lines import desk, the_whole_day

GOLDEN = Path(__file__).parent / "golden" / "metrics.txt"
DAY = GOLDEN.with_name("day.txt")
COUNTS = ("_total", "_count")
VARYING = ("ivr_store_", "ivr_loop_", "process_", "python_")
"""What is counted differently each day, such as looks into the database."""
NOTHING = Figures(0, {"ended": 0}, {"text": 0}, {("text", "too_many"): 0})
DEPLOY = files("ivr.deploy")


def samples(text: bytes) -> dict[str, float]:
    """Each sample with its labels."""
    return {
        f"{each.name}{json.dumps(each.labels, sort_keys=True)}": each.value
        for family in text_string_to_metric_families(text.decode())
        for each in family.samples
        if not each.name.endswith("_created")
    }


def names(text: bytes) -> list[str]:
    """Each family with its kind, and each of its label values but the bounds of buckets."""
    found = []
    for family in text_string_to_metric_families(text.decode()):
        labels: dict[str, set[str]] = {}
        for each in family.samples:
            for name, value in each.labels.items():
                if name not in {"le", "version"}:
                    labels.setdefault(name, set()).add(value)
        if not family.name.endswith("_created"):
            shown = " ".join(f"{name}={','.join(sorted(values))}" for name, values in sorted(labels.items()))
            found.append(f"{family.type} {family.name} {shown}".strip())
    return sorted(found)


def saved(*trace: Entry) -> call_facts.Saved:
    change = Change(CallRecord(Call("CA1", "desk", 1)), trace)
    return call_facts.Saved(change, call_facts.facts_of(change))


def test_the_names_are_those_that_dashboards_know() -> None:
    text = "\n".join(names(Meters().text(NOTHING, 0))) + "\n"
    if os.environ.get("IVR_GOLDEN") == "write":
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"accepted": True}, "ok"),
        ({"accepted": False, "unknown": True}, "unknown"),
        ({"accepted": False, "refused": "opted_out", "code": "21610"}, "opted_out"),
        ({"accepted": False, "code": "21611"}, "21611"),
        ({"accepted": False, "code": "99999999"}, "other"),
        ({"accepted": False, "code": 'x"} 1\nevil 2'}, "other"),
    ],
)
def test_a_text_counts_under_a_code_out_of_a_list(data: dict[str, Any], code: str) -> None:
    meters = Meters()
    before = samples(meters.text(NOTHING, 0))
    meters.saved(saved(Entry(0, "replied", 2, data)))
    after = samples(meters.text(NOTHING, 0))
    changed = {name for name in after if after[name] != before.get(name) and name.startswith("ivr_")}
    assert changed == {f'ivr_texts_total{{"code": "{code}"}}'}


def test_a_web_call_counts_by_its_cause_and_one_that_the_guard_refused_once_more() -> None:
    meters = Meters()
    meters.saved(saved(Entry(0, "replied", 2, {"token": "1.2", "cause": "blocked", "milliseconds": 2500})))
    found = samples(meters.text(NOTHING, 0))
    assert found['ivr_web_call_seconds_sum{"cause": "blocked"}'] == 2.5
    assert found["ivr_egress_refused_total{}"] == 1


async def test_a_day_of_calls_is_counted_once_each(tmp_path: Path) -> None:
    """The same day that the golden file of the log tells."""
    async with desk(tmp_path) as there:
        await the_whole_day(there)
        found = samples(there.line.meters.text(NOTHING, 0))
    told = [f"{name} {value:g}" for name, value in found.items() if value and name.partition("{")[0].endswith(COUNTS)]
    text = "\n".join(sorted(each for each in told if not each.startswith(VARYING))) + "\n"
    if os.environ.get("IVR_GOLDEN") == "write":
        DAY.write_text(text, "utf-8")
    assert text == DAY.read_text("utf-8")
    assert found['ivr_store_seconds_count{"operation": "save"}'] > 10


@cache
def known() -> set[str]:
    """Every name that a query may ask for."""
    made = {each.partition("{")[0] for each in samples(Meters().text(NOTHING, 0))}
    return made | {"process_open_fds", "process_max_fds", "process_resident_memory_bytes", "process_cpu_seconds_total"}


def queries() -> list[str]:
    alerts = yaml.safe_load(DEPLOY.joinpath("prometheus/alerts.yml").read_text("utf-8"))
    found = [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    dashboard = json.loads(DEPLOY.joinpath("grafana/ivr.json").read_text("utf-8"))
    return found + [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


@pytest.mark.parametrize("query", queries())
def test_a_query_can_be_read_and_asks_for_what_there_is(query: str) -> None:
    assert fault_of(query) is None
    asked = set(re.findall(r"\b(?:ivr|process)_\w+", query))
    assert asked or query.startswith("up{")
    assert asked <= known()


@pytest.mark.parametrize(
    "query",
    ["sum(rate(x[5m])", "rate(x)", "x{a=b}", "sum by le (x)", "x >", "histogram_quantile(x)", "x[5]", "nope(x)"],
)
def test_a_broken_query_is_found(query: str) -> None:
    assert fault_of(query) is not None


def test_the_rules_are_as_prometheus_takes_them() -> None:
    alerts = yaml.safe_load(DEPLOY.joinpath("prometheus/alerts.yml").read_text("utf-8"))
    for group in alerts["groups"]:
        assert set(group) == {"name", "rules"}
        assert len({rule["alert"] for rule in group["rules"]}) == len(group["rules"])
        for rule in group["rules"]:
            assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
            assert re.fullmatch(r"\d+[smh]", rule["for"])
            assert rule["labels"]["severity"] in {"page", "warn"}
            assert rule["annotations"]["summary"]
