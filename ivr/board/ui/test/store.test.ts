import { beforeEach, expect, test } from "vitest";
import { Problem } from "../src/api/problem";
import { copied, pasted } from "../src/model/clipboard";
import { read } from "../src/model/document";
import { finder } from "../src/model/find";
import { segments } from "../src/model/references";
import { arrived, createSaver, type Ground, type Saving } from "../src/model/saving";
import { createBoard } from "../src/model/store";
import { summaryOf } from "../src/model/summary";
import type { Block, FlowDocument, Saved } from "../src/model/types";
import { begin, block, bootstrap, document } from "./rig";

begin();
let now = 0;
const ground: Ground = { send: async () => nothing(1), wait: () => () => {}, now: () => now };
const nothing = (version: number): Saved => ({ version, problems: [], available: {}, ports: {} });

function opened(given: FlowDocument) {
  const board = createBoard(ground);
  board.setState({ ...read(given), status: "ready" });
  return board.getState;
}

beforeEach(() => {
  now = 0;
});

test("typing is one step to undo, and a pause begins the next", () => {
  const state = opened(document(block(1, "say")));
  for (const text of ["H", "He", "Hey"]) state().setConfig(1, "words", text);
  now = 10_000;
  state().setConfig(1, "words", "Hey you");
  state().undo();
  expect(state().flow.blocks[0]?.action.words).toBe("Hey");
  state().undo();
  expect(state().flow.blocks[0]?.action.words).toBeUndefined();
  state().redo();
  state().redo();
  expect(state().flow.blocks[0]?.action.words).toBe("Hey you");
  state().redo();
  expect(state().history.future).toHaveLength(0);
});

test("a burst of moves is one step, wires are one each, and undo selects what it was", () => {
  const state = opened(document(block(1, "ring"), block(2, "end")));
  state().select(2);
  for (let step = 1; step <= 5; step++) state().move({ 2: [640 + step * 8, 80] }, true);
  state().connect(1, "next", 2);
  state().connect(1, "next", null);
  expect(state().history.past).toHaveLength(3);
  state().select(null);
  state().undo();
  expect(state().flow.blocks[0]?.exits).toEqual({ next: 2 });
  expect(state().selection).toEqual([2]);
  expect(state().shown.numbers).toEqual([1]);
  state().undo();
  state().undo();
  expect(state().places[2]).toEqual([640, 80]);
});

test("a hundred steps are kept", () => {
  const state = opened(document(block(1, "say")));
  for (let step = 0; step < 150; step++) state().move({ 1: [step * 8, 0] });
  expect(state().history.past).toHaveLength(100);
});

test("nothing changes on a board that is only to be looked at", () => {
  const board = createBoard(ground);
  board.setState({ ...read(document(block(1, "say"))), status: "ready", readOnly: true });
  board.getState().rename(1, "Mine");
  board.getState().remove([1]);
  board.getState().undo();
  expect(board.getState().flow.blocks[0]?.title).toBe("");
});

/** A saver in the hands of a test: requests wait until they are answered, waits until they are over. */
function saving(first: FlowDocument) {
  const requests: { etag: string; document: FlowDocument; done: (saved: Saved) => void; fail: (problem: Problem) => void }[] =
    [];
  const waits: { run: () => void; ms: number }[] = [];
  const told: Saving[] = [];
  let parts = read(first);
  const saver = createSaver(
    {
      send: (_, etag, sent) => new Promise((done, fail) => requests.push({ etag, document: sent, done, fail })),
      wait: (run, ms) => {
        const wait = { run, ms };
        waits.push(wait);
        return () => waits.splice(waits.indexOf(wait) >>> 0, 1);
      },
      now: () => 5,
    },
    () => parts,
    (state) => told.push(state),
    () => {},
  );
  saver.start("main", '"1"', parts);
  const type = (name: string) => {
    parts = { ...parts, flow: { ...parts.flow, name } };
    saver.changed();
  };
  const state = () => told.at(-1)?.state;
  const settle = () => new Promise((done) => setTimeout(done));
  return { saver, requests, waits, type, state, told, settle };
}

test("changes are saved together, one request at a time", async () => {
  const { requests, waits, type, state, settle } = saving(document(block(1, "say")));
  type("A");
  type("B");
  expect(waits).toHaveLength(1);
  waits[0]?.run();
  type("C");
  expect(requests.map((one) => one.document.name)).toEqual(["B"]);
  requests[0]?.done(nothing(2));
  await settle();
  expect(requests.map((one) => [one.etag, one.document.name])).toEqual([
    ['"1"', "B"],
    ['"2"', "C"],
  ]);
  requests[1]?.done(nothing(3));
  await settle();
  expect(state()).toBe("saved");
});

test("offline it is tried again by itself, and flush says so", async () => {
  const { saver, requests, waits, type, state, settle } = saving(document(block(1, "say")));
  type("A");
  const flushed = saver.flush();
  requests[0]?.fail(new Problem(0, null, "The server can't be reached."));
  await expect(flushed).rejects.toThrow("reached");
  expect(state()).toBe("offline");
  expect(saver.clean()).toBe(false);
  waits.at(-1)?.run();
  requests[1]?.done(nothing(2));
  await settle();
  expect(state()).toBe("saved");
});

test("an answer that was lost is no conflict", async () => {
  const { requests, waits, type, state, settle } = saving(document(block(1, "say")));
  type("A");
  waits.at(-1)?.run();
  requests[0]?.fail(new Problem(0, null, "gone"));
  await settle();
  type("B");
  waits.at(-1)?.run();
  requests[1]?.fail(new Problem(412, { version: 2, document: requests[0]?.document }, "stale"));
  await settle();
  expect(requests[2]?.etag).toBe('"2"');
  expect(requests[2]?.document.name).toBe("B");
  requests[2]?.done(nothing(3));
  await settle();
  expect(state()).toBe("saved");
});

test("what another user saved is not overwritten", async () => {
  const { saver, requests, waits, type, told, settle } = saving(document(block(1, "say")));
  type("A");
  waits.at(-1)?.run();
  requests[0]?.fail(new Problem(412, { version: 4, document: { ...document(block(1, "say")), name: "Theirs" } }, "stale"));
  await settle();
  expect(told.at(-1)).toMatchObject({ state: "conflict", version: 4, document: { name: "Theirs" } });
  type("B");
  expect(requests).toHaveLength(1);
  await expect(saver.flush()).rejects.toThrow("elsewhere");
});

test("of secrets the server only says that they are set", () => {
  expect(arrived({ a: [{ password: "x" }] }, { a: [{ password: { set: true } }] })).toBe(true);
  expect(arrived({ a: "x" }, { a: "y" })).toBe(false);
  expect(arrived({ a: 1 }, { a: 1, b: 2 })).toBe(false);
});

test("copies have new numbers, their own wires and references, and no secrets", () => {
  const auth = { user: "ann", password: "hunter2" };
  const parts = read(
    document(
      block(3, "ask", { success: 4, failure: 9 }, { url: "http://x/?a=${ASK_3.id}&b=$MENU_2.digit", auth }),
      block(4, "say", { next: 3 }, { words: "$ASK_3.statuscode, $ASK_33.x", blocks: [3, 9] }),
      block(9, "end"),
    ),
  );
  const text = copied(parts, [3, 4], bootstrap);
  expect(text).not.toContain("hunter2");
  const made = pasted(parts, text, [0, 0], bootstrap)!;
  expect(made.numbers).toEqual([10, 11]);
  const [ask, say] = made.parts.flow.blocks.slice(-2);
  expect(ask?.exits).toEqual({ success: 11 });
  expect(say?.exits).toEqual({ next: 10 });
  expect(ask?.action.url).toBe("http://x/?a=${ASK_10.id}&b=$MENU_2.digit");
  expect(say?.action.words).toBe("$ASK_10.statuscode, $ASK_33.x");
  expect(say?.action.blocks).toEqual([10, 9]);
  expect(made.parts.places[11]![0] - made.parts.places[10]![0]).toBe(320);
  expect(pasted(parts, "no blocks", null, bootstrap)).toBeNull();
  expect(pasted(parts, '{"blocks": [{"number": 1, "action": {"type": "unknown"}}]}', null, bootstrap)).toBeNull();
});

test("texts in pieces, and summaries", () => {
  expect(segments("Hi $ANI. $$5 ${A_1.b}x", bootstrap.reference).map((one) => one.name ?? one.text)).toEqual([
    "Hi ",
    "ANI",
    ". $$5 ",
    "A_1.b",
    "x",
  ]);
  const of = (type: string, fields: Record<string, unknown>) =>
    summaryOf(
      block(1, type, {}, fields),
      bootstrap.actions.find((one) => one.type === type),
    );
  expect(of("ask", { url: "http://x/$ANI" })).toBe("GET http://x/$ANI");
  expect(of("say", { words: "Hello\n there" })).toBe("Hello there");
  expect(of("end", {})).toBe("");
});

test("find knows who sets a variable and who uses it", () => {
  const state = opened(
    document(
      block(3, "ask", {}, { rows: [{ name: "status", query: "a" }] }),
      block(4, "say", {}, { words: "It is $status and $ASK_3.statuscode" }),
    ),
  );
  const search = finder(state().derived(), state().flow, bootstrap);
  const hints = (typed: string) =>
    search(typed)
      .filter((one) => one.group === "Variables")
      .map((one) => one.hint);
  expect(hints("$status").slice(0, 2)).toEqual(["set by 3. ask", "used by 4. say"]);
  expect(hints("ASK_3")).toEqual(["set by 3. ask", "used by 4. say"]);
  expect(search("it is").map((one) => one.label)).toEqual(["4. say"]);
});

test("find looks into the blocks once, however much is typed", () => {
  let looks = 0;
  const watched = (of: object): object =>
    new Proxy(of, {
      ownKeys: (all) => ((looks += 1), Reflect.ownKeys(all)),
      get: (all, key) => {
        const one = Reflect.get(all, key);
        return one && typeof one === "object" ? watched(one) : one;
      },
    });
  const asking = [2, 3, 4].map((number) => block(number, "ask", {}, { rows: [{ name: `status${number}`, query: "a" }] }));
  const state = opened(document(...asking, block(5, "say", {}, { words: "$status2 $status3 $status" })));
  const derived = state().derived();
  const blocks = new Map([...derived.blocks].map(([number, one]) => [number, watched(one) as Block]));
  const search = finder({ ...derived, blocks }, state().flow, bootstrap);
  expect(looks).toBeGreaterThan(3);
  looks = 0;
  const found = search("status").filter((one) => one.group === "Variables");
  expect(found.map((one) => `${one.label} ${one.hint}`)).toEqual([
    "$status used by 5. say",
    "$status2 set by 2. ask",
    "$status2 used by 5. say",
    "$status3 set by 3. ask",
    "$status3 used by 5. say",
  ]);
  expect(looks).toBe(0);
});

test("ports that the server tells and that are known change nothing, others do", () => {
  const state = opened(document(block(2, "ask", { success: 3 }), block(3, "say")));
  const before = state().derived();
  const told = (ports: Saved["ports"]) => {
    state().checked = { ...state().checked, ports };
    return state().derived();
  };
  expect(told(Object.fromEntries([...before.ports].map(([number, ports]) => [number, [...ports]])))).toBe(before);
  const more = told({ 2: [...before.ports.get(2)!, { id: "later", label: "Later", kind: "next" }] });
  expect(more.ports.get(2)?.at(-1)?.id).toBe("later");
  expect(told({}).ports.get(2)).toHaveLength(before.ports.get(2)!.length);
});
