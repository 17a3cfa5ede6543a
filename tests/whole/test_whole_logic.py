"""One call over real sockets that walks every block of logic and data."""

from typing import Any

from ivr.demo.api import Api
from ivr.flow.model import Flow
from tests.whole.stage import Stage, stage

WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ROUND = "Round $tries: $Shop has $TEXT_4.result, that is $$$total."
OPEN = "We are open, $SCHEDULE_9.state."
CALLER = "+15550123456"


def block(number: int, kind: str, fields: dict[str, Any], **exits: int) -> dict[str, Any]:
    return {"number": number, "action": {"type": kind, **fields}, "exits": exits}


def walk(api_address: str) -> Flow:
    """Two rounds through a loop, a way by a switch, one by chance, and one by the clock."""
    rows = [{"name": "Shop", "value": "Ada's"}, {"name": "item", "value": '["tea", "$DNIS"]', "as": "json"}]
    gold = {"label": "Doctor", "variable": "EXTCALL_3.response.doctor.name", "operator": "matches", "value": "Doctor *"}
    return Flow.model_validate(
        {
            "id": "appointment",
            "name": "Every block of logic",
            "time_zone": "Pacific/Apia",
            "blocks": [
                block(1, "inbound_call", {}, next=2),
                block(2, "set_variables", {"rows": rows}, next=3),
                block(3, "external_web_call", {"url": f"{api_address}/appointments"}, success=4, failure=13),
                block(4, "text_operations", {"operation": "say_as_list", "text": "$item"}, success=5),
                block(5, "counter", {"name": "tries"}, next=6),
                block(
                    6,
                    "compute",
                    {"operation": "multiply", "first": "$tries", "second": "1.25", "name": "total"},
                    success=11,
                    failure=13,
                ),
                block(11, "play_message", {"message": ROUND}, next=7),
                block(
                    7,
                    "condition",
                    {"rows": [{"variable": "tries", "operator": "less", "value": "2"}]},
                    true=5,
                    false=8,
                ),
                block(8, "switch", {"cases": [gold]}, doctor=10, default=13),
                block(
                    9, "schedule", {"hours": [{"days": WEEK, "opens": "00:00", "closes": "24:00"}]}, open=12, closed=13
                ),
                block(10, "percent_routing", {"shares": [{"label": "All", "percent": 100}]}, all=9, default=13),
                block(12, "play_message", {"message": OPEN}, next=13),
                block(13, "end_call", {}),
            ],
        }
    )


async def published(made: Stage, flow: Flow) -> None:
    flows = made.world.server.store.flows
    await flows.save_draft(flow.model_dump(mode="json"))
    await flows.publish(flow.id)


async def test_a_call_walks_through_all_of_them() -> None:
    async with stage(Api(0)) as made:
        await published(made, walk(made.api_address))
        told = await made.call(CALLER)
    assert (told.status, told.over, told.troubles) == ("completed", True, [])
    assert told.words == [
        "Round 1: Ada's has tea and +15550100100, that is $1.25.",
        "Round 2: Ada's has tea and +15550100100, that is $2.5.",
        "We are open, open.",
    ]
    assert [left["decided_by"] for left in told.traced("left", 7)] == ["all rows", "row 1"]
    assert told.traced("left", 8)[0]["decided_by"] == "row 1: Doctor"
    assert [left["port"] for left in told.traced("left", 10) + told.traced("left", 9)] == ["all", "open"]
    assert [entry.data for entry in told.trace if entry.kind in ("problem", "unset")] == []
