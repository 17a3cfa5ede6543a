import { expect, test } from "vitest";
import { heardAll } from "../src/model/call";
import { copied, pasted } from "../src/model/clipboard";
import { createDerive } from "../src/model/derived";
import { differences } from "../src/model/differences";
import { switching } from "../src/model/disabled";
import { read, write } from "../src/model/document";
import * as edits from "../src/model/edits";
import { createBoard } from "../src/model/store";
import type { Block, CallEvent, FlowDocument } from "../src/model/types";
import { begin, block, bootstrap, document } from "./rig";

begin();
const off = (one: Block): Block => ({ ...one, disabled: true });
const given = document(
  block(1, "ring", { next: 2 }),
  block(2, "ask", { failure: 4, success: 3 }),
  off(block(3, "say", { next: 4 })),
  block(4, "end"),
);
const derived = (from: FlowDocument) => createDerive()(read(from).flow, bootstrap, {});
const disabled = (parts: ReturnType<typeof read>) => parts.flow.blocks.filter((one) => one.disabled).map((one) => one.number);

function opened(from: FlowDocument) {
  const board = createBoard({ send: () => new Promise(() => {}), wait: () => () => {}, now: () => 0 });
  board.setState({ ...read(from), status: "ready" });
  return board.getState;
}

test("several blocks are one step to undo", () => {
  const state = opened(given);
  state().setDisabled([2, 3], true);
  expect(disabled(state())).toEqual([2, 3]);
  expect(state().history.past).toHaveLength(1);
  state().undo();
  expect(disabled(state())).toEqual([3]);
  state().setDisabled([3], true);
  expect(state().history.past).toHaveLength(0);
});

test("a block that is enabled again is saved as if nothing had been", () => {
  const state = opened(given);
  state().setDisabled([2], true);
  expect(state().document().blocks?.[1]).toEqual({ ...given.blocks![1], disabled: true });
  state().setDisabled([2, 3], false);
  expect("disabled" in state().document().blocks![1]!).toBe(false);
  expect(disabled(state())).toEqual([]);
  expect(write(read(given))).toEqual(given);
});

test("calls leave by the first port of the action, whichever is wired", () => {
  const both = read(given);
  const made = edits.setDisabled(both, [2], true);
  expect([...createDerive()(made.flow, bootstrap, {}).passed]).toEqual([
    [2, "success"],
    [3, "next"],
  ]);
});

test("where calls start or end, they pass nothing by", () => {
  expect(derived(document(off(block(1, "ring", { next: 2 })), off(block(2, "end")))).passed.size).toBe(0);
});

test("a switch turns off what is on, and else on what is off", () => {
  const flow = derived(given);
  expect(switching(flow, [2, 3])).toEqual({ numbers: [2], disable: true });
  expect(switching(flow, [3])).toEqual({ numbers: [3], disable: false });
  expect(switching(flow, [1, 2, 4])).toEqual({ numbers: [2], disable: true });
  expect(switching(flow, [1, 4])).toBeNull();
  const wrong = derived(document(off(block(1, "ring"))));
  expect(switching(wrong, [1])).toEqual({ numbers: [1], disable: false });
});

test("copies are disabled too", () => {
  const parts = read(given);
  const made = pasted(parts, copied(parts, [2, 3], bootstrap), null, bootstrap)!;
  expect(made.numbers).toEqual([5, 6]);
  expect(disabled(made.parts)).toEqual([3, 6]);
});

test("another action in its place is disabled too, unless calls can't pass it by", () => {
  const parts = read(given);
  expect(disabled(edits.replaceAction(parts, 3, { type: "ask" }, bootstrap.actions[3]!.ports))).toEqual([3]);
  expect(disabled(edits.replaceAction(parts, 3, { type: "end" }, []))).toEqual([]);
});

test("of two versions it is told", () => {
  const [mine, theirs] = [read(given), edits.setDisabled(read(given), [2], true)];
  expect(differences(mine, theirs)).toEqual(["2. ask: disabled"]);
  expect(differences(theirs, mine)).toEqual(["2. ask: enabled again"]);
});

test("the way of a call leads through it, and the call is not there", () => {
  const told: Omit<CallEvent, "seq" | "t">[] = [
    { kind: "enter", block: 2 },
    { kind: "exit", block: 2, port: "success" },
    { kind: "pass", block: 3, port: "next", text: "Say it" },
  ];
  const walk = told.map((event, at): CallEvent => ({ ...event, seq: at + 1, t: at }));
  const passing = heardAll(walk);
  expect(passing.here).toBe(2);
  const call = heardAll([...walk, { kind: "enter", block: 4, seq: 4, t: 4 }]);
  expect([...call.travelled]).toEqual(["2:success", "3:next"]);
  expect([...call.visited]).toEqual([2, 3, 4]);
  expect(call.here).toBe(4);
});

test("in another flow it is no part of the way", () => {
  const elsewhere: CallEvent = { kind: "pass", block: 3, port: "next", detail: { flow: "other" }, seq: 2, t: 2 };
  const call = heardAll([{ kind: "enter", block: 1, detail: { flow: "other" }, seq: 1, t: 1 }, elsewhere]);
  expect(call.visited.size).toBe(0);
  expect(call.leaving).toBeNull();
});
