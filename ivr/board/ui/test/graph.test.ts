import { expect, test } from "vitest";
import { createDerive } from "../src/model/derived";
import { read } from "../src/model/document";
import { portsOf } from "../src/model/graph";
import { tidy } from "../src/model/layout";
import { begin, block, bootstrap, document } from "./rig";

begin();
const menu = bootstrap.actions.find((one) => one.type === "menu");
const derive = (given: ReturnType<typeof document>) => createDerive()(read(given).flow, bootstrap, {});

test("rows bring ports of their keys, and relabelling keeps them", () => {
  const rows = (label: string) => block(1, "menu", {}, { choices: [{ key: "1", label }, { key: "*", label: "Again" }, {}] });
  const ids = (label: string) => portsOf(rows(label), menu, undefined).map((port) => port.id);
  expect(ids("Orders")).toEqual(["key_1", "key_star", "no_input", "no_match"]);
  expect(ids("Other")).toEqual(ids("Orders"));
});

test("a wire from a port that is gone is still seen", () => {
  const found = portsOf(block(1, "menu", { key_7: 2 }), menu, undefined);
  expect(found.map((port) => port.id)).toContain("key_7");
});

test("what follows from the flow is worked out once, and wires stay the same objects", () => {
  const derive = createDerive();
  const { flow } = read(document(block(1, "ring", { next: 2 }), block(2, "say", { next: 3 }), block(3, "end")));
  const first = derive(flow, bootstrap, {});
  const told = {};
  const again = derive(flow, bootstrap, told);
  expect(derive(flow, bootstrap, told)).toBe(again);
  const other = derive(
    { ...flow, blocks: flow.blocks.map((one) => (one.number === 2 ? { ...one, title: "New" } : one)) },
    bootstrap,
    told,
  );
  expect(other).not.toBe(again);
  expect(other.wires[0]).toBe(first.wires[0]);
});

test("blocks come in the order a call meets them, exits in the order of the ports", () => {
  const choices = [{ key: "1" }, { key: "2" }];
  const found = derive(
    document(
      block(9, "end"),
      block(1, "ring", { next: 5 }),
      block(5, "menu", { key_2: 2, key_1: 9 }, { choices }),
      block(2, "end"),
      block(4, "say"),
    ),
  );
  expect(found.order).toEqual([1, 5, 9, 2, 4]);
});

test("a tidy board: columns by the longest way, ports in order, nothing over anything, circles too", () => {
  const choices = [{ key: "1" }, { key: "2" }];
  const given = document(
    block(1, "ring", { next: 2 }),
    block(2, "menu", { key_1: 3, key_2: 4, no_input: 2, no_match: 5 }, { choices }),
    block(3, "ask", { success: 4, failure: 2 }),
    block(4, "say", { next: 5 }),
    block(5, "end"),
    block(6, "say", { next: 6 }),
  );
  const places = tidy(derive(given));
  const x = (number: number) => places[number]![0];
  expect([x(1), x(2), x(3), x(4), x(5)]).toEqual([...[x(1), x(2), x(3), x(4), x(5)]].sort((a, b) => a - b));
  expect(x(4)).toBeGreaterThan(x(3));
  expect(Math.min(...Object.values(places).map(([, y]) => y))).toBe(80);
  const all = Object.values(places);
  expect(all).toHaveLength(6);
  for (const [at, [left, top]] of all.entries()) {
    expect([left % 8, top % 8]).toEqual([0, 0]);
    for (const [other, [left2, top2]] of all.entries()) {
      if (at !== other) expect(Math.abs(left - left2) >= 248 || Math.abs(top - top2) >= 80).toBe(true);
    }
  }
});

test("a thousand blocks are tidied up", () => {
  const blocks = Array.from({ length: 1000 }, (_, at) => {
    const ahead = (step: number) => (at + 1 + step <= 1000 ? at + 1 + step : 1);
    return block(at + 1, at ? "ask" : "ring", at ? { success: ahead(1), failure: ahead(40) } : { next: 2 });
  });
  const places = tidy(derive(document(...blocks)));
  expect(new Set(Object.values(places).map(String)).size).toBe(1000);
});

test("what the exits of a block lead to lies in their order, also where others lead there too", () => {
  const choices = [{ key: "1" }, { key: "0" }];
  const places = tidy(
    derive(
      document(
        block(1, "ring", { next: 2 }),
        block(2, "menu", { key_1: 3, key_0: 6, no_input: 6 }, { choices }),
        block(3, "ask", { success: 4, failure: 6 }),
        block(4, "say", { next: 7 }),
        block(6, "say", { next: 7 }),
        block(7, "end"),
      ),
    ),
  );
  expect(places[4]![0]).toBe(places[6]![0]);
  expect(places[4]![1]).toBeLessThan(places[6]![1]);
});
