import { beforeAll, expect, test } from "vitest";
import { useBootstrap } from "../src/model/bootstrap";
import { read } from "../src/model/document";
import * as edits from "../src/model/edits";
import { changedSince, published, sinceWords } from "../src/model/published";
import { begin, block, document } from "./rig";

beforeAll(begin);

const live = document(
  block(1, "ring", { next: 2 }),
  block(2, "ask", { success: 3, failure: 3 }, { url: "http://a", auth: { user: "u", password: { set: true } } }),
  block(3, "end"),
);
const since = (flow = read(live).flow, of = live) =>
  Object.fromEntries(changedSince(flow, published(3, of), useBootstrap.getState().bootstrap));

test("nothing is marked before the first version, nor while nothing changed", () => {
  expect(changedSince(read(live).flow, null, null).size).toBe(0);
  expect(since()).toEqual({});
});

test("other words, another action, and other wires are a change", () => {
  const parts = read(live);
  expect(since(edits.rename(parts, 3, "Bye").flow)).toEqual({ 3: "changed" });
  expect(since(edits.setConfig(parts, 2, ["url"], "http://b").flow)).toEqual({ 2: "changed" });
  expect(since(edits.connect(parts, 2, "failure", null).flow)).toEqual({ 2: "changed" });
  expect(since(edits.replaceAction(parts, 3, { type: "say" }, []).flow)).toEqual({ 3: "changed" });
  expect(since(edits.setConfig(parts, 2, ["auth", "password"], "new").flow)).toEqual({ 2: "changed" });
});

test("a block that was not there is new, and one that is gone marks what led to it", () => {
  const parts = read(live);
  const more = edits.addBlock(parts, { type: "say" }, [0, 0]).parts;
  expect(since(more.flow)).toEqual({ 4: "new" });
  expect(since(edits.remove(parts, [3], () => []).flow)).toEqual({ 2: "changed" });
});

test("where blocks lie, the order of exits and written-down defaults are none", () => {
  const parts = read(live);
  expect(since(edits.move(parts, { 2: [999, 999] }).flow)).toEqual({});
  const turned = parts.flow.blocks.map((one) => ({ ...one, exits: Object.fromEntries(Object.entries(one.exits).reverse()) }));
  expect(since({ ...parts.flow, blocks: turned })).toEqual({});
  expect(since(edits.setConfig(parts, 2, ["method"], "GET").flow)).toEqual({});
  expect(since(edits.setConfig(parts, 2, ["method"], "POST").flow)).toEqual({ 2: "changed" });
  expect(since({ ...parts.flow, blocks: parts.flow.blocks.map((one) => ({ ...one, disabled: false })) })).toEqual({});
});

test("the same flow is compared once, and an edit compares one block", () => {
  const parts = read(live);
  const version = published(3, live);
  const ask = (flow = parts.flow) => changedSince(flow, version, useBootstrap.getState().bootstrap);
  expect(ask()).toBe(ask());
  const edited = edits.rename(parts, 3, "Bye").flow;
  expect([...ask(edited)]).toEqual([[3, "changed"]]);
  expect(ask().size).toBe(0);
});

test("it is told since which version", () => {
  expect([sinceWords("new", 3), sinceWords("changed", 12)]).toEqual(["New since v3", "Changed since v12"]);
});
