import { beforeEach, expect, test } from "vitest";
import { valuesOf } from "../src/model/again";
import { useBootstrap } from "../src/model/bootstrap";
import { belongs, lasting, length, merged, numberProblem, percent, wordsProblem } from "../src/model/calls";
import { failures, stack, told } from "../src/model/failures";
import { axis, shares } from "../src/model/figures";
import type { Bootstrap, CallRow } from "../src/model/types";

const row = (id: string, started_at: number, more: Partial<CallRow> = {}): CallRow => ({
  id,
  started_at,
  flow: "books",
  flow_name: "Books",
  revision: 1,
  caller: "+15550123456",
  ended_at: null,
  result: "completed",
  seconds: 1,
  web_calls: { count: 0, failed: 0, slowest_ms: 0 },
  last_block: 1,
  ...more,
});
const changed = (...rows: CallRow[]) => new Map(rows.map((one) => [one.id, one]));

test("live calls are on top, and a call that changed is shown as it is now", () => {
  const rows = [row("b", 2), row("a", 1, { result: "live" })];
  expect(merged(rows, new Map(), {}, false).map((one) => one.id)).toEqual(["a", "b"]);
  const now = merged(rows, changed(row("a", 1, { result: "failed" }), row("c", 3)), {}, false);
  expect(now.map((one) => `${one.id} ${one.result}`)).toEqual(["c completed", "b completed", "a failed"]);
});

test("what does not fit the filter any more leaves, and does not come", () => {
  const rows = [row("a", 1, { result: "live" })];
  const now = merged(rows, changed(row("a", 1), row("b", 2)), { result: "live" }, false);
  expect(now).toEqual([]);
});

test("a call older than the page stays for the next page", () => {
  expect(merged([row("b", 5)], changed(row("a", 1)), {}, true).map((one) => one.id)).toEqual(["b"]);
  expect(merged([row("b", 5)], changed(row("a", 1)), {}, false).map((one) => one.id)).toEqual(["b", "a"]);
});

test("the page does not know which blocks a new call reached", () => {
  expect(belongs(row("a", 1), { block: "3" })).toBeNull();
  expect(merged([], changed(row("a", 1)), { block: "3" }, false)).toEqual([]);
  expect(merged([row("a", 1)], changed(row("a", 1, { seconds: 9 })), { block: "3" }, false)[0]?.seconds).toBe(9);
});

test("numbers are compared without their punctuation, days on the clocks of who looks", () => {
  expect(belongs(row("a", 1), { number: "+1 (555) 012-3456" })).toBe(true);
  expect(belongs(row("a", 1), { number: "+1555" })).toBe(false);
  expect(["3456", "012-3456", "555 012 3456", "15550123456"].map((number) => belongs(row("a", 1), { number }))).toEqual(
    Array(4).fill(true),
  );
  expect(belongs(row("a", 1), { number: "5550" })).toBe(false);
  expect(belongs(row("a", 1), { dialled: "+1555" })).toBeNull();
  expect(["", "3456", "+4", "whatsapp:+1", "anonymous"].map(numberProblem)).toEqual(Array(5).fill(""));
  expect(numberProblem("345")).toBe("Type at least 4 of the last digits.");
  expect(numberProblem("my order")).toContain("Only numbers can be searched");
  const [late, next] = [row("a", +new Date(2026, 0, 5, 23, 59)), row("b", +new Date(2026, 0, 6))];
  expect([{ from: "2026-01-05" }, { to: "2026-01-05" }].map((day) => belongs(late, day))).toEqual([true, true]);
  expect([{ from: "2026-01-05" }, { from: "2026-01-01", to: "2026-01-05" }].map((day) => belongs(next, day))).toEqual([
    false,
    false,
  ]);
  expect(belongs(next, { from: "2026-01-05", to: "2026-01-06" })).toBe(true);
});

test("lengths for people", () => {
  expect([length(0), length(42.9), length(3723)]).toEqual(["0:00", "0:42", "1:02:03"]);
  expect([percent(1, 3), percent(1, 250), percent(0, 0), percent(9, 9)]).toEqual([
    "33\u00a0%",
    "0.4\u00a0%",
    "0\u00a0%",
    "100\u00a0%",
  ]);
  expect([lasting(142), lasting(3003), lasting(12_400)]).toEqual(["142\u00a0ms", "3.0\u00a0s", "12\u00a0s"]);
});

test("an axis has at most four steps of whole numbers", () => {
  expect(axis(0)).toEqual({ top: 1, step: 1 });
  expect(axis(7)).toEqual({ top: 8, step: 2 });
  expect(axis(93)).toEqual({ top: 100, step: 50 });
  for (const most of [1, 5, 13, 99, 100, 101, 1234, 98_765]) {
    const { top, step } = axis(most);
    expect(top).toBeGreaterThanOrEqual(most);
    expect(top / step).toBeLessThanOrEqual(4);
    expect(step % 1).toBe(0);
  }
});

test("shares are parts of a hundred", () => {
  const parts = shares([
    ["a", 1],
    ["b", 0],
    ["c", 3],
  ]);
  expect(parts.map((part) => [part.id, part.from, part.percent])).toEqual([
    ["a", 0, 25],
    ["c", 25, 75],
  ]);
  expect(shares([])).toEqual([]);
});

test("a call is repeated with what it knew, but for what the line tells and what was hidden", () => {
  const line = { ANI: "+1", CallSid: "CA1", ICALL_1: { ANI: "+1" } };
  const values = valuesOf({ ...line, COLLECT_3: { digits: "••••" }, EXTCALL_4: { statuscode: 200 }, name: "Ada", list: [1] });
  expect(values).toEqual({ "EXTCALL_4.statuscode": "200", name: "Ada", list: "[1]" });
});

const words = {
  timeout: "No answer in time",
  dns: "Host not found",
  connect: "Not reached",
  status: "Status not accepted",
};
beforeEach(() => useBootstrap.setState({ bootstrap: { causes: words } as unknown as Bootstrap }));

const failedAt = (hour: number, causes: Record<string, number>) => ({ at: hour * 3_600_000, causes });

test("failures are told by their causes, the most frequent first", () => {
  const all = failures("hour", [failedAt(0, { status: 1, timeout: 3 }), failedAt(1, {}), failedAt(2, { status: 4 })]);
  expect(all.parts.map(({ label, count }) => [label, count])).toEqual([
    ["Status not accepted", 5],
    ["No answer in time", 3],
  ]);
  expect(all.buckets.map((one) => one.total)).toEqual([4, 0, 4]);
  expect(told(all)).toBe("8 web calls failed, most often: status not accepted");
  expect(told(failures("hour", [failedAt(0, { dns: 1 })]))).toBe("1 web call failed: host not found");
  expect(told(failures("hour", [failedAt(0, {}), failedAt(1, { tls: 0 })]))).toBe("No web call failed.");
});

test("the parts of a bar stand on each other in the order of the legend", () => {
  const all = failures("hour", [failedAt(0, { timeout: 1, status: 2 }), failedAt(1, { timeout: 5 })]);
  const parts = stack(all.buckets[0]!, all.parts).map(({ part, from, count }) => [part.label, from, count]);
  expect(parts).toEqual([
    ["No answer in time", 0, 1],
    ["Status not accepted", 1, 2],
  ]);
  expect(stack(all.buckets[1]!, all.parts)).toHaveLength(1);
});

test("rare causes are one part, and none is lost", () => {
  const five = { timeout: 9, status: 8, dns: 7, tls: 6, connect: 5 };
  expect(
    failures("hour", [failedAt(0, five)])
      .parts.map((part) => part.label)
      .at(-1),
  ).toBe("Not reached");
  const all = failures("hour", [failedAt(0, { ...five, blocked: 1, constructor: 1 })]);
  expect(all.parts).toHaveLength(5);
  expect(all.parts.at(-1)).toMatchObject({ look: 4, label: "Other causes", count: 7 });
  expect(all.causes).toContain("constructor");
  expect(stack(all.buckets[0]!, all.parts).reduce((sum, { count }) => sum + count, 0)).toBe(all.total);
});

test("what can be asked for as words", () => {
  expect(["", " ", "order 4711", "Übergröße नमस्ते", "Please please PLEASE one two three four"].map(wordsProblem)).toEqual(
    Array(5).fill(""),
  );
  expect([wordsProblem("?!"), wordsProblem("a b")]).toEqual(Array(2).fill("Type a whole word of two letters or more."));
  const many = [wordsProblem("one two three four five six"), wordsProblem("x".repeat(41))];
  expect(many).toEqual(Array(2).fill("Type up to 5 words, each of up to 40 letters."));
});
