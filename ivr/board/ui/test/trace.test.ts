import { expect, test } from "vitest";
import { heardAll } from "../src/model/call";
import { type Entry, eventsOf, flat } from "../src/model/trace";

const entries: Entry[] = [
  { at: 1000, kind: "answered", block: 1, data: { caller: "+1555", dialled: "+1556" } },
  { at: 1000, kind: "left", block: 1, data: { port: "next" } },
  { at: 1010, kind: "entered", block: 2, data: { action: "External Web Call", title: "Look up" } },
  { at: 1010, kind: "asked", block: 2, data: { token: "1.2", job: "fetch", method: "GET", url: "http://api/" } },
  { at: 1310, kind: "replied", block: 2, data: { token: "1.2", cause: "ok", status: 500, error: "", milliseconds: 300 } },
  { at: 1310, kind: "set", block: 2, data: { "EXTCALL_2.cause": "status", "EXTCALL_2.error": "not accepted" } },
  { at: 1310, kind: "left", block: 2, data: { port: "failure", decided_by: "status" } },
  { at: 1310, kind: "entered", block: 3, data: { action: "Send SMS", title: "" } },
  { at: 1311, kind: "asked", block: 3, data: { token: "2.3", job: "text", to: "+1555", body: "Hi" } },
  { at: 1350, kind: "replied", block: 3, data: { token: "2.3", accepted: true, sid: "SM1", error: "" } },
  { at: 1350, kind: "left", block: 3, data: { port: "success" } },
  { at: 1351, kind: "ended", block: 4, data: {} },
  { at: 1400, kind: "hung_up", block: 4, data: { reason: "completed" } },
];

test("a stored trace becomes the events of a call", () => {
  const events = eventsOf(entries);
  expect(events.map((event) => event.kind)).toEqual([
    "ring", "enter", "exit", "enter", "request", "response", "set", "exit", "enter", "sms", "exit", "end",
  ]);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.at(-1)).toMatchObject({ t: 351, detail: { by: "flow" } });
});

test("what a block made of an answer counts, not that one came", () => {
  const response = eventsOf(entries).find((event) => event.kind === "response");
  expect(response).toMatchObject({ level: "error", detail: { cause: "status", error: "not accepted", status: 500 } });
  const exit = eventsOf(entries).find((event) => event.port === "failure");
  expect(exit?.text).toBe("Decided by: status");
});

test("a text is told with what was in it", () => {
  expect(eventsOf(entries).find((event) => event.kind === "sms")).toMatchObject({ text: "Hi", detail: { to: "+1555" } });
});

test("its path is that of a call", () => {
  const call = heardAll(eventsOf(entries));
  expect([...call.travelled]).toEqual(["1:next", "2:failure"]);
  expect(call.phase).toBe("ended");
});

test("hidden keys are dots, and kinds nobody knows are left out", () => {
  const made = eventsOf([
    { at: 5, kind: "replied", block: 2, data: { token: "1", hidden: true } },
    { at: 6, kind: "brand_new", block: 2, data: {} },
  ]);
  expect(made).toHaveLength(1);
  expect(made[0]).toMatchObject({ kind: "key", text: "••••" });
});

test("after a jump blocks belong to the other flow", () => {
  const made = eventsOf([
    { at: 1, kind: "jumped", block: 2, data: { flow: "other", entry: 0 } },
    { at: 1, kind: "jumped", block: 1, data: { entry: 0 } },
    { at: 2, kind: "entered", block: 5, data: { title: "There" } },
  ]);
  expect(made.map((event) => event.detail?.flow)).toEqual(["other", "other", "other"]);
  expect(heardAll(made).here).toBeNull();
});

test("nothing comes of nothing", () => {
  expect(eventsOf([])).toEqual([]);
});

test("variables of a block get their full names", () => {
  const full = { ANI: "+1", "EXTCALL_3.statuscode": 200, order: { a: 1 } };
  expect(flat({ ANI: "+1", EXTCALL_3: { statuscode: 200 }, order: { a: 1 } })).toEqual(full);
});
