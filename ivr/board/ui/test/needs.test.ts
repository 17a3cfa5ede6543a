import { beforeEach, expect, test } from "vitest";
import { createDerive } from "../src/model/derived";
import { known, needs } from "../src/model/needs";
import type { Action, Block, Bootstrap, Checked, Flow, Schema } from "../src/model/types";
import { begin, block, bootstrap, document } from "./rig";

const name: Schema = { type: "string", pattern: "^[A-Za-z_\\u00aa][A-Za-z0-9_\\u00aa]*$" };
const fetches: Partial<Action> = {
  variables: [{ name: "#.statuscode", help: "" }],
  schema: {
    properties: {
      rows: { type: "array", items: { $ref: "#/$defs/Row" } },
      headers: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
      variable: { anyOf: [name, { type: "null" }] },
    },
    $defs: { Row: { type: "object", properties: { name, query: { type: "string" } } } },
  },
};
const world = {
  ...bootstrap,
  system_variables: [{ name: "DateTime.Now", help: "" }],
  actions: bootstrap.actions.map((action) => {
    if (action.type === "ask") return { ...action, ...fetches };
    if (action.type === "ring")
      return {
        ...action,
        prefix: "ICALL",
        variables: [
          { name: "ANI", help: "" },
          { name: "input", help: "" },
        ],
      };
    return action;
  }),
} as unknown as Bootstrap;

const all = (number: number, text: string, to: number) => block(number, "say", { next: to }, { words: text });

function asked(start: number, ...blocks: Block[]): string[] {
  return needed(start, ...blocks).map((need) => need.name);
}

function needed(start: number, ...blocks: Block[]) {
  const flow = document(...blocks) as unknown as Flow;
  const told: Checked["ports"] = {};
  return needs(createDerive()(flow, world, told), world, start);
}

beforeEach(begin);

test("what only blocks before the start set is asked for, once each", () => {
  const flow = [
    block(1, "ring", { next: 2 }),
    block(2, "ask", { success: 3, failure: 3 }, { rows: [{ name: "status", query: "s" }] }),
    all(3, "$status $ASK_2.statuscode and $status again", 4),
    all(4, "$other.city[0] costs $$5", 5),
    block(5, "end"),
  ];
  expect(asked(3, ...flow)).toEqual(["status", "ASK_2.statuscode", "other.city[0]"]);
  expect(asked(4, ...flow)).toEqual(["other.city[0]"]);
  expect(asked(5, ...flow)).toEqual([]);
});

test("what is set on the way is not, unless a way leads past the block that sets it", () => {
  const row = { rows: [{ name: "status", query: "s" }] };
  const straight = [block(2, "ask", { success: 3, failure: 3 }, row), all(3, "$status $ASK_2.statuscode", 9), block(9, "end")];
  expect(asked(2, ...straight)).toEqual([]);
  const past = [block(1, "menu", { no_input: 2, no_match: 3 }), ...straight];
  expect(asked(1, ...past)).toEqual(["status", "ASK_2.statuscode"]);
});

test("a block that uses what it sets itself is not asked for it; in a loop an earlier block may have set it", () => {
  expect(asked(2, block(2, "ask", { failure: 2 }, { url: "$ASK_2.statuscode" }))).toEqual([]);
  expect(asked(3, block(2, "ask", { failure: 3 }), all(3, "$ASK_2.statuscode", 2))).toEqual(["ASK_2.statuscode"]);
});

test("what the line and the system know is never asked for, nor a secret", () => {
  const words = "$ANI $DNIS $ICALL_1.ANI $CallSid $DateTime.Now $SECRET.token ${SECRET.other} $asked";
  expect(asked(2, block(1, "ring", { next: 2 }), all(2, words, 9), block(9, "end"))).toEqual(["asked"]);
});

test("a trigger that a test starts at brings nothing", () => {
  const flow = [block(1, "ring", { next: 2 }), all(2, "$input $ANI", 9), block(9, "end")];
  expect(asked(1, ...flow)).toEqual(["input"]);
});

test("a header's name is no variable's, and what an author may leave out is none", () => {
  const ask = (more: object) => block(2, "ask", { success: 3 }, { ...more });
  const says = all(3, "$status", 9);
  expect(asked(2, ask({ headers: [{ name: "status" }], variable: null }), says)).toEqual(["status"]);
  expect(asked(2, ask({ variable: "status" }), says)).toEqual([]);
});

test("a disabled block sets and asks nothing, and leads on by its first port alone", () => {
  const off: Block = { ...block(2, "ask", { success: 3, failure: 4 }, { url: "$unused", variable: "status" }), disabled: true };
  expect(asked(2, off, all(3, "$status", 9), all(4, "$never", 9), block(9, "end"))).toEqual(["status"]);
});

test("of a variable whose parts are used the parts are asked for", () => {
  const words = "$ASK_7.response $ASK_7.response.city $ASK_7.response.rows[0] $ASK_7.responsebody";
  expect(asked(2, all(2, words, 9))).toEqual(["ASK_7.response.city", "ASK_7.response.rows[0]", "ASK_7.responsebody"]);
});

test("what a block hides stays hidden", () => {
  const flow = [
    block(2, "ask", { success: 3 }, { sensitive: true, variable: "pin" }),
    all(3, "$pin $ASK_2.digits $ASK_2.attempts", 9),
  ];
  expect(needed(3, ...flow)).toEqual([
    { name: "pin", hidden: true },
    { name: "ASK_2.digits", hidden: true },
    { name: "ASK_2.attempts", hidden: false },
  ]);
});

test("a value of an earlier call is found by its name or within a larger one, unless it is hidden or cut", () => {
  const held = {
    status: "sent",
    "ASK_2.response": { rows: [{ city: "Oslo" }], none: null },
    "ASK_3.response": '{"a": {"b": 1}}',
  };
  expect(known(held, "status")).toBe("sent");
  expect(known(held, "ASK_2.response.rows[0].city")).toBe("Oslo");
  expect(known(held, "ASK_2.response.rows[0]")).toBe('{"city":"Oslo"}');
  expect(known(held, "ASK_3.response.a.b")).toBe("1");
  for (const name of ["ASK_2.response.none", "ASK_2.response.rows[7].city", "status.length", "unset", "ASK_2"]) {
    expect(known(held, name)).toBe("");
  }
  expect(known({ pin: "•••", long: "aaaa… (3000 characters)" }, "pin")).toBe("");
  expect(known({ long: "aaaa… (3000 characters)" }, "long")).toBe("");
});

test("each block is looked through a few times, however many variables there are", () => {
  const count = 60;
  const row = (number: number) => ({ rows: [{ name: `found${number}`, query: "a" }], url: `$found${number + 1}` });
  const blocks = Array.from({ length: count }, (_, at) =>
    block(at + 1, "ask", { success: at + 2, failure: at + 2 }, row(at + 1)),
  );
  const flow = document(...blocks) as unknown as Flow;
  const derived = createDerive()(flow, world, {});
  let looks = 0;
  const watched = new Map(
    [...derived.blocks].map(([number, one]) => [
      number,
      new Proxy(one, { get: (of, key) => (key === "action" && looks++, Reflect.get(of, key)) }),
    ]),
  );
  const found = needs({ ...derived, blocks: watched }, world, 1);
  expect(found).toHaveLength(count);
  expect(looks).toBeLessThan(count * 5);
});
