import { expect, test } from "vitest";
import { createDerive } from "../src/model/derived";
import { read } from "../src/model/document";
import { apart } from "../src/model/names";
import { nameOf } from "../src/model/useBoard";
import { bootstrap } from "./rig";

test("what would read alike has its number, and nothing else has", () => {
  const named = apart([
    [2, "External Web Call"],
    [3, "External Web Call"],
    [4, "Await"],
  ]);
  expect([...named.values()]).toEqual(["External Web Call 2", "External Web Call 3", "Await"]);
});

test("blocks without titles are told apart, and so are those of one title", () => {
  const block = (number: number, type: string, title = "") => ({ number, title, action: { type }, exits: {}, place: [0, 0] });
  const blocks = [block(1, "ring"), block(2, "say"), block(3, "say"), block(4, "say", "Hi"), block(5, "ring", "Hi")];
  const derived = createDerive()(read({ id: "a", name: "A", blocks, notes: [], last_number: 5 } as never).flow, bootstrap, {});
  expect([1, 2, 3, 4, 5, 9].map((number) => nameOf(derived, number))).toEqual([
    "ring",
    "say 2",
    "say 3",
    "Hi 4",
    "Hi 5",
    "Block 9",
  ]);
});
