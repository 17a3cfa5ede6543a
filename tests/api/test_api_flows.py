"""Flows as the board works on them: the list, drafts with mistakes, conflicts, publishing, going back."""

import json
from typing import Any

import pytest

from ivr.core.fields import Secret
from tests.api.board import Answer, Browser, Served, asking, flow

CANARY = "canary-9f3a"


def etag(answer: Answer) -> dict[str, str]:
    """As the page sends back what it has seen."""
    return {"If-Match": answer.headers["ETag"]}


async def made(board: Browser, document: dict[str, Any] | None = None) -> Answer:
    """A new flow's draft."""
    created = await board.post("/api/flows", {"document": document or flow()})
    assert created.status == 201
    return await board.get(created.headers["Location"])


async def saved(board: Browser, document: dict[str, Any], seen: Answer) -> Answer:
    answer = await board.put(f"/api/flows/{document['id']}/draft", document, headers=etag(seen))
    assert answer.status == 200
    return answer


async def published(board: Browser, seen: Answer, **body: str) -> int:
    answer = await board.post("/api/flows/line/publish", body, headers=etag(seen))
    assert answer.status == 200
    number: int = answer.json["revision"]
    return number


async def test_a_new_flow_gets_an_id_from_its_name(board: Browser) -> None:
    assert (await board.get("/api/flows")).json == []
    ids = [(await board.post("/api/flows", {"name": name})).json["id"] for name in ("Où? Là!", "Ou la", "Ou la", "☎")]
    assert ids == ["ou-la", "ou-la-2", "ou-la-3", "flow"]
    draft = (await board.get("/api/flows/ou-la/draft")).json
    assert draft == {"id": "ou-la", "name": "Où? Là!", "blocks": []}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"states": [], "initial_state": "x"}', "This is a Twilio Studio flow"),
        ('[{"id": "1", "type": "tab", "label": "x"}]', "This is a Node-RED flow"),
        ("inboundCall:\n  name: Main\n", "This is a Genesys flow"),
        ("curl https://api.test", "Paste it into an External Web Call"),
        ('{"blocks": 3, "name": "x"}', "it has no blocks"),
        ('{"blocks": []}', "it has no name"),
        ('{"blocks": [}', "This is not JSON"),
        ("", "The file is empty"),
    ],
)
async def test_a_file_that_is_no_flow_is_told_what_it_is(board: Browser, text: str, words: str) -> None:
    answer = await board.post("/api/flows", {"text": text})
    assert answer.status == 422
    assert words in answer.problem["detail"]
    assert len(answer.problem["problems"]) == 1
    assert (await board.get("/api/flows")).json == []


async def test_a_flow_is_brought_in_as_the_text_of_its_file(board: Browser) -> None:
    made = await board.post("/api/flows", {"text": "\ufeff" + json.dumps(flow())})
    assert (made.status, made.json) == (201, {"id": "line"})
    assert (await board.post("/api/flows", {"text": json.dumps(flow())})).status == 409


async def test_an_id_that_is_taken(board: Browser) -> None:
    assert (await board.post("/api/flows", {"name": "A", "id": "line"})).status == 201
    for body in ({"name": "B", "id": "line"}, {"document": flow()}):
        answer = await board.post("/api/flows", body)
        assert answer.status == 409
        assert "“line”" in answer.problem["detail"]
    assert (await board.get("/api/flows/line/draft")).json["name"] == "A"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 121},
        {"name": "A", "id": "Not An Id"},
        {"name": "A", "id": "../../etc"},
        {"name": 1},
        {"name": "A", "more": 1},
        {"document": []},
        {"document": {}, "template": "empty"},
        {"document": {"id": 7, "name": "x"}},
        [],
        7,
    ],
)
async def test_a_new_flow_that_is_none(board: Browser, body: Any) -> None:
    answer = await board.ask("POST", "/api/flows", json=body)
    assert answer.status == 422
    assert answer.problem["detail"]
    assert (await board.get("/api/flows")).json == []


async def test_a_template_that_is_not_there(board: Browser) -> None:
    answer = await board.post("/api/flows", {"name": "A", "template": "nothing"})
    assert answer.status == 404


async def test_every_template_makes_a_flow_without_a_mistake(board: Browser) -> None:
    for template in (await board.get("/api/bootstrap")).json["templates"]:
        created = await board.post("/api/flows", {"name": f"My {template['id']}", "template": template["id"]})
        assert created.status == 201
        draft = (await board.get(created.headers["Location"])).json
        assert draft["name"] == f"My {template['id']}"
        assert (await board.post("/api/check", {"document": draft})).json["problems"] == []


async def test_the_list_tells_what_a_draft_is_like(board: Browser) -> None:
    draft = await made(board)
    (row,) = (await board.get("/api/flows")).json
    assert row.pop("updated_at") > 1_700_000_000_000
    assert row == {
        "id": "line",
        "name": "Line",
        "description": "",
        "revision": None,
        "numbers": [],
        "triggers": ["inbound_call"],
        "errors": 0,
        "warnings": 0,
        "changed": False,
        "calls_today": 0,
    }
    await published(board, draft)
    assert (await board.put("/api/numbers/+15550100100", {"flow": "line"})).status == 204
    broken = flow(name="Renamed", blocks=[*flow()["blocks"], {"number": 9, "action": {"type": "play_message"}}])
    await saved(board, broken, draft)
    (row,) = (await board.get("/api/flows")).json
    assert (row["name"], row["revision"], row["numbers"], row["changed"]) == ("Renamed", 1, ["+15550100100"], True)
    assert row["errors"] == 1


async def test_a_draft_is_kept_with_its_mistakes(board: Browser) -> None:
    seen = await made(board)
    assert seen.headers["ETag"] == '"1"'
    broken = {
        "id": "line",
        "blocks": [{"number": 1, "action": {"type": "no_such"}}, 7, {"number": 2}],
        "more": {"x": 1.5},
    }
    answer = await saved(board, broken, seen)
    told = answer.json
    assert (told["version"], answer.headers["ETag"]) == (2, '"2"')
    assert {"union_tag_invalid", "missing"} <= {each["code"] for each in told["problems"]}
    assert {each["level"] for each in told["problems"]} == {"error"}
    (unknown,) = [each for each in told["problems"] if each["code"] == "union_tag_invalid"]
    assert (unknown["block"], unknown["path"]) == (1, "action")
    assert (await board.get("/api/flows/line/draft")).json == broken


async def test_whoever_saw_an_older_version_is_shown_what_is_there(board: Browser) -> None:
    first = await made(board)
    await saved(board, flow(name="Theirs"), first)
    answer = await board.put("/api/flows/line/draft", flow(name="Mine"), headers=etag(first))
    assert answer.status == 412
    told = answer.problem
    assert (told["version"], told["document"]["name"]) == (2, "Theirs")
    again = await board.put("/api/flows/line/draft", flow(name="Mine"), headers={"If-Match": '"2"'})
    assert (again.status, again.json["version"]) == (200, 3)
    any_version = await board.put("/api/flows/line/draft", flow(name="Any"), headers={"If-Match": "*"})
    assert any_version.json["version"] == 4


@pytest.mark.parametrize(
    ("header", "status"), [(None, 428), ("", 428), ('"x"', 412), ("1, 2", 412), ('W/"1"', 412), ("9" * 50, 412)]
)
async def test_a_version_must_be_told(board: Browser, header: str | None, status: int) -> None:
    await made(board)
    headers = {} if header is None else {"If-Match": header}
    for method, path, body in (("PUT", "draft", flow(name="Mine")), ("POST", "publish", {})):
        answer = await board.ask(method, f"/api/flows/line/{path}", json=body, headers=headers)
        assert answer.status == status
        assert answer.problem["detail"]
    assert (await board.get("/api/flows/line/draft")).json["name"] == "Line"


@pytest.mark.parametrize("document", [[], "x", {}, {"id": "other", "name": "x"}, {"id": None}, {"id": ["line"]}])
async def test_a_document_of_another_flow(board: Browser, document: Any) -> None:
    await made(board)
    answer = await board.ask("PUT", "/api/flows/line/draft", json=document, headers={"If-Match": "*"})
    assert answer.status == 422
    assert (await board.get("/api/flows/line/draft")).json["name"] == "Line"


async def test_a_flow_that_is_not_there(board: Browser) -> None:
    await made(board)
    paths = ["draft", "revisions", "revisions/1", "diff"]
    answers = [await board.get(f"/api/flows/lin/{path}") for path in paths]
    answers.append(await board.put("/api/flows/lin/draft", flow(id="lin"), headers={"If-Match": '"1"'}))
    answers.append(await board.post("/api/flows/lin/publish", headers={"If-Match": '"1"'}))
    answers.append(await board.post("/api/flows/lin/revisions/1/restore"))
    answers.append(await board.post("/api/flows/lin/revisions/1/roll-back"))
    answers.append(await board.delete("/api/flows/lin"))
    answers.append(await board.put("/api/numbers/+15550100100", {"flow": "lin"}))
    assert [answer.status for answer in answers] == [404] * len(answers)
    assert all("Did you mean “line”?" in answer.problem["detail"] for answer in answers)


async def test_publishing_takes_a_draft_without_mistakes(board: Browser) -> None:
    seen = await made(board, flow(blocks=[{"number": 2, "action": {"type": "end_call"}}]))
    answer = await board.post("/api/flows/line/publish", headers=etag(seen))
    assert answer.status == 422
    (problem,) = [each for each in answer.problem["problems"] if each["level"] == "error"]
    assert problem["code"] == "no_start"
    assert set(problem) == {"code", "level", "block", "path", "message", "hint", "fix"}
    assert (await board.get("/api/flows/line/revisions")).json == []


async def test_publishing_what_somebody_else_has_changed(board: Browser) -> None:
    seen = await made(board)
    await saved(board, flow(name="Theirs"), seen)
    answer = await board.post("/api/flows/line/publish", headers=etag(seen))
    assert (answer.status, answer.problem["version"]) == (412, 2)
    assert (await board.get("/api/flows/line/revisions")).json == []


async def test_publishing_twice(board: Browser) -> None:
    seen = await made(board)
    assert await published(board, seen, note="First.") == 1
    for header in ('"1"', "*"):
        answer = await board.post("/api/flows/line/publish", headers={"If-Match": header})
        assert answer.status == 409


async def test_versions_and_what_is_different(board: Browser) -> None:
    first = await made(board)
    await published(board, first, note="The first.", name="One")
    second = await saved(board, flow(name="Line two"), first)
    changes = (await board.get("/api/flows/line/diff")).json["changes"]
    assert [each["kind"] for each in changes] == ["flow"]
    assert "Line two" in changes[0]["words"]
    assert await published(board, second) == 2
    rows = (await board.get("/api/flows/line/revisions")).json
    assert [(row["number"], row["author"], row["note"], row["live"], row["calls"]) for row in rows] == [
        (2, "operator", "", True, 0),
        (1, "operator", "The first.", False, 0),
    ]
    assert (await board.get("/api/flows/line/revisions/1")).json["name"] == "Line"
    assert (await board.get("/api/flows/line/diff?from=2&to=1")).json["changes"] != []
    assert (await board.get("/api/flows/line/diff?from=live&to=2")).json == {"changes": []}
    assert (await board.post("/api/flows/line/revisions/1/roll-back")).json == {"revision": 1}
    assert await board.get("/api/flows/line/revisions/1") is not None
    assert [row["live"] for row in (await board.get("/api/flows/line/revisions")).json] == [False, True]
    assert (await board.post("/api/flows/line/revisions/1/roll-back")).status == 409
    restored = await board.post("/api/flows/line/revisions/1/restore")
    assert (restored.json, restored.headers["ETag"]) == ({"version": 3}, '"3"')
    assert (await board.get("/api/flows/line/draft")).json["name"] == "Line"


@pytest.mark.parametrize("version", ["x", "-1", "1.5", "", "9" * 40, "%D9%A3", "live%00"])
async def test_a_version_that_is_none(board: Browser, version: str) -> None:
    await made(board)
    assert (await board.get(f"/api/flows/line/diff?from={version}")).status == 422
    if version:
        assert (await board.get(f"/api/flows/line/revisions/{version}")).status in {404, 422}


async def test_putting_a_flow_away(board: Browser) -> None:
    seen = await made(board)
    await published(board, seen)
    await board.put("/api/numbers/+15550100100", {"flow": "line"})
    answer = await board.delete("/api/flows/line")
    assert answer.status == 409
    assert "+15550100100" in answer.problem["detail"]
    await board.delete("/api/numbers/+15550100100")
    assert (await board.delete("/api/flows/line")).status == 204
    assert (await board.get("/api/flows")).json == []
    assert (await board.get("/api/flows/line/draft")).status == 404


async def test_a_flow_that_callers_of_another_go_on_in_stays(board: Browser, server: Served) -> None:
    """Live calls would end there; what a draft only means to do keeps nothing."""

    def to(flow_id: str) -> dict[str, Any]:
        start = {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}}
        blocks = [start, {"number": 2, "action": {"type": "jump_to", "flow": flow_id}}]
        return {"id": "front", "name": "Front", "blocks": blocks}

    flows = server.store.flows
    away = {"number": 1, "action": {"type": "jump_from"}}
    for flow_id in ("other", "third"):
        await flows.save_draft({"id": flow_id, "name": flow_id, "blocks": [away]})
        await flows.publish(flow_id)
    await flows.save_draft(to("other"))
    await flows.publish("front")
    await flows.save_draft(to("third"))
    answer = await board.delete("/api/flows/other")
    assert answer.status == 409
    assert "Callers of front go on in flow “other”." in answer.problem["detail"]
    assert (await board.delete("/api/flows/third")).status == 204


async def test_secrets_stay_when_they_only_say_that_they_are_set(board: Browser, server: Served) -> None:
    auth = {"type": "basic", "user": "u", "password": CANARY}
    seen = await made(board, asking("https://api.example.com/x", authentication=auth))
    document = seen.json
    assert document["blocks"][1]["action"]["authentication"]["password"] == {"set": True}
    assert (await board.post("/api/check", {"document": document})).json["problems"] == []
    assert (await saved(board, document, seen)).json["problems"] == []
    stored = (await server.store.flows.draft("line")).document["blocks"][1]["action"]["authentication"]["password"]
    assert server.store.vault.open_secret(Secret.read(stored)) == CANARY
    elsewhere = {**document, "id": "elsewhere"}
    (problem,) = (await board.post("/api/check", {"document": elsewhere})).json["problems"]
    assert (problem["code"], problem["block"]) == ("secret_missing", 2)


async def test_check_tells_ports_as_they_are_drawn(board: Browser) -> None:
    told = (await board.post("/api/check", {"document": asking("https://api.example.com/x")})).json
    assert told["ports"]["2"] == [
        {"id": "success", "label": "On Success", "kind": "success"},
        {"id": "failure", "label": "On Failure", "kind": "failure"},
    ]
    assert told["ports"]["3"] == []


async def test_variables_are_told_where_they_are_set(board: Browser) -> None:
    variables = [{"name": "Date", "query": "DateText"}]
    document = asking("https://api.example.com/x", response_variables=variables)
    told = (await board.post("/api/check", {"document": document})).json["available"]
    assert set(told) == {"1", "2", "3"}
    assert told["1"] == []
    assert {(each["name"], each["block"], each["maybe"]) for each in told["2"]} >= {("ANI", 1, False)}
    here = {each["name"]: each for each in told["3"]}
    assert (here["Date"]["block"], here["Date"]["maybe"]) == (2, True)
    assert (here["EXTCALL_2.cause"]["maybe"], here["EXTCALL_2.cause"]["help"] != "") == (False, True)
    assert not any(name.startswith("DateTime.") for name in here)
    only = (await board.post("/api/check", {"document": document, "blocks": [3, 99]})).json["available"]
    assert only == {"3": told["3"]}
    created = await board.post("/api/flows", {"document": document})
    path = created.headers["Location"]
    saved = await board.put(f"{path}?blocks=3,x,,99999999", document, headers={"If-Match": "*"})
    assert saved.json["available"] == only


async def test_of_a_large_flow_variables_are_told_when_asked_for(board: Browser) -> None:
    says = {"type": "play_message", "message": "Hello $ANI."}
    blocks = [{"number": n, "action": says, "exits": {"next": n + 1}} for n in range(2, 70)]
    blocks = [flow()["blocks"][0], *blocks, {"number": 70, "action": {"type": "end_call"}}]
    told = (await board.post("/api/check", {"document": flow(blocks=blocks)})).json
    assert (told["available"], len(told["ports"]), told["problems"]) == ({}, 70, [])
    told = (await board.post("/api/check", {"document": flow(blocks=blocks), "blocks": [9]})).json
    assert "ANI" in {each["name"] for each in told["available"]["9"]}


async def test_silence_is_told(board: Browser) -> None:
    document = asking("https://api.example.com/x", timeout=60)
    document["blocks"].append({"number": 4, "action": {"type": "play_message", "message": "Hi."}, "exits": {"next": 2}})
    document["blocks"][0]["exits"] = {"next": 4}
    told = (await board.post("/api/check", {"document": document})).json["audit"]
    assert told == {"longest_silence": 60, "at_block": 2, "longest_wait": 60, "path": [2]}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"blocks": "x"},
        {"blocks": [None, [], 1, {"number": {}}, {"number": True}, {"action": []}]},
        {"id": "__proto__", "name": {"$ref": "x"}, "blocks": {"0": {}}},
        {"blocks": [{"number": 1, "action": {"type": "external_web_call", "url": "${" * 500}}]},
        {"blocks": [{"number": 1, "action": {"type": "external_web_call", "headers": [[[[[]]]]]}}]},
        {"blocks": [{"number": 10**30, "action": {"type": "end_call"}}]},
        {"name": "\u202e\u0000</script>", "blocks": []},
    ],
)
async def test_check_bears_any_document(board: Browser, document: dict[str, Any]) -> None:
    answer = await board.post("/api/check", {"document": document})
    assert answer.status == 200
    assert answer.json["problems"]
