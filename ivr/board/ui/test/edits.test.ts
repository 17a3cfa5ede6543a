import { expect, test } from "vitest";
import { createDerive } from "../src/model/derived";
import { read, write } from "../src/model/document";
import * as edits from "../src/model/edits";
import { put } from "../src/model/path";
import { roomFor } from "../src/model/room";
import { begin, block, bootstrap, document } from "./rig";

begin();
const ports = (parts: ReturnType<typeof read>) => {
  const derived = createDerive()(parts.flow, bootstrap, {});
  return (number: number) => derived.ports.get(number) ?? [];
};
const exits = (parts: ReturnType<typeof read>) => Object.fromEntries(parts.flow.blocks.map((one) => [one.number, one.exits]));

test("a document comes out as it went in, unknown fields included", () => {
  const given = { ...document(block(1, "ring", { next: 2 }), block(2, "end")), colour: "red" };
  expect(write(read(given))).toEqual(given);
});

test("a document full of mistakes can be read", () => {
  const parts = read({
    id: "x",
    blocks: [null, 3, { number: "1" }, { number: 2, exits: { a: "b", c: 3 }, place: "here" }, { number: 2 }],
    notes: 7,
  });
  expect(parts.flow.blocks).toEqual([{ number: 2, title: "", action: { type: "" }, exits: { c: 3 } }]);
  expect(parts.places).toEqual({});
  expect(parts.flow.last_number).toBe(2);
});

test("numbers are never given twice", () => {
  const parts = read({ ...document(block(1, "ring"), block(2, "end")), last_number: 9 });
  const gone = edits.remove(parts, [2], ports(parts));
  expect(edits.addBlock(gone, { type: "end" }, [0, 0]).number).toBe(10);
});

test("a deleted block heals its wire by its first connected exit", () => {
  const parts = read(
    document(block(1, "ring", { next: 2 }), block(2, "ask", { failure: 3, success: 4 }), block(3, "end"), block(4, "end")),
  );
  expect(exits(edits.remove(parts, [2], ports(parts)))[1]).toEqual({ next: 4 });
  expect(exits(edits.remove(parts, [2, 4], ports(parts)))[1]).toEqual({});
});

test("deleting a circle leaves no wire to nowhere, nor one from a block to itself", () => {
  const parts = read(document(block(1, "ring", { next: 2 }), block(2, "say", { next: 3 }), block(3, "say", { next: 2 })));
  expect(exits(edits.remove(parts, [2, 3], ports(parts)))).toEqual({ 1: {} });
  expect(exits(edits.remove(parts, [2], ports(parts)))).toEqual({ 1: { next: 3 }, 3: {} });
});

test("a block put into a wire passes the call on", () => {
  const parts = read(document(block(1, "ring", { next: 2 }), block(2, "end"), block(3, "ask", { success: 2 })));
  const put = edits.insert(parts, 3, 1, "next", ports(parts)(3));
  expect(exits(put)).toEqual({ 1: { next: 3 }, 2: {}, 3: { success: 2, failure: 2 } });
});

test("nothing is wired to itself, and the same wire is no change", () => {
  const parts = read(document(block(1, "ring", { next: 2 }), block(2, "say")));
  expect(edits.connect(parts, 2, "next", 2)).toBe(parts);
  expect(edits.connect(parts, 1, "next", 2)).toBe(parts);
});

test("another action keeps wires of ports that both have", () => {
  const parts = read(document(block(1, "say", { next: 2 }), block(2, "end")));
  const ask = bootstrap.actions.find((one) => one.type === "ask")!;
  const changed = edits.replaceAction(parts, 1, { type: "ask" }, ask.ports);
  expect(exits(changed)[1]).toEqual({ success: 2 });
});

test("a value is put at a path, and the rest stays the same object", () => {
  const before = { rows: [{ a: 1 }, { a: 2 }], other: {} };
  const after = put(before, "rows[1].a", 3);
  expect(after).toEqual({ rows: [{ a: 1 }, { a: 3 }], other: {} });
  expect(after.rows[0]).toBe(before.rows[0]);
  expect(put(before, ["rows", 0], undefined).rows).toEqual([{ a: 2 }]);
  expect(put({}, "headers[0].name", "X")).toEqual({ headers: [{ name: "X" }] });
});

test("a block put where there is too little room moves what is to its right", () => {
  const parts = read(document(block(1, "ring", { next: 2 }), block(2, "end"), block(3, "say")));
  const notes = [{ text: "x", place: [500, 0] as const, size: [10, 10] as const }];
  const places = { 1: [80, 200] as const, 2: [400, 200] as const, 3: [80, 600] as const, 4: [240, 220] as const };
  const tight = { ...parts, notes, places };
  const roomy = roomFor(tight, 4, 1, 2);
  expect(roomy.places).toEqual({ 1: [80, 200], 2: [720, 200], 3: [80, 600], 4: [400, 220] });
  expect(roomy.notes[0]?.place).toEqual([820, 0]);
  const wide = { ...tight, places: { ...tight.places, 2: [1000, 200] as const, 4: [600, 220] as const } };
  expect(roomFor(wide, 4, 1, 2)).toBe(wide);
  expect(roomFor(tight, 4, 2, 1)).toBe(tight);
});

test("a wire follows the one port that a setting gives another name, and nothing else does", () => {
  const ways = (...ids: string[]) => ids.map((id) => ({ id, label: id, kind: "next" as const }));
  const parts = read(document(block(1, "ask", { success: 2, failure: 3 }), block(2, "end"), block(3, "end")));
  const waits = ways("success", "failure");
  const goesOn = edits.carry(parts, 1, waits, ways("started", "failure"));
  expect(exits(goesOn)[1]).toEqual({ started: 2, failure: 3 });
  expect(exits(edits.carry(goesOn, 1, ways("started", "failure"), waits))[1]).toEqual({ success: 2, failure: 3 });
  expect(edits.carry(parts, 1, waits, waits)).toBe(parts);
  expect(edits.carry(parts, 1, waits, ways("success", "failure", "key_1"))).toBe(parts);
  expect(edits.carry(parts, 1, waits, ways("failure"))).toBe(parts);
  expect(edits.carry(parts, 1, waits, ways("one", "another", "failure"))).toBe(parts);
  expect(edits.carry(parts, 1, waits, ways("started"))).toBe(parts);
  expect(edits.carry(goesOn, 1, waits, ways("other", "failure"))).toBe(goesOn);
});
