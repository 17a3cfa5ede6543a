import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useSession } from "../src/api/session";
import { read } from "../src/model/document";
import { remember, remembered } from "../src/model/remembered";
import { board } from "../src/model/store";
import type { Block } from "../src/model/types";
import { begin, block, document } from "./rig";

/** As a browser has it: what is kept are properties of its own. */
class Kept {
  [key: string]: unknown;
  getItem(key: string) {
    return this[key] ?? null;
  }
  setItem(key: string, text: string) {
    this[key] = text;
  }
  removeItem(key: string) {
    delete this[key];
  }
}

let kept: Kept;
const signIn = (user: string) => useSession.setState({ session: { user } as never });

const draw = (...blocks: Block[]) => board.setState({ ...read(document(...blocks)), status: "ready" });

function open(sensitive: boolean) {
  draw(block(2, "ask", {}, { sensitive }), block(3, "say", {}, { words: "$ASK_2.digits" }));
}

beforeEach(() => {
  begin();
  kept = new Kept();
  vi.stubGlobal("localStorage", kept);
  signIn("anna");
  open(true);
});
afterEach(() => vi.unstubAllGlobals());

test("what a block hides is never kept, and not offered where it was kept before the block hid it", () => {
  open(false);
  remember("desk", { "ASK_2.digits": "4711", city: "Oslo" });
  expect(remembered("desk")).toEqual({ "ASK_2.digits": "4711", city: "Oslo" });
  open(true);
  expect(remembered("desk")).toEqual({ city: "Oslo" });
  remember("desk", { "ASK_2.digits": "8317", city: "Bergen" });
  expect(remembered("desk")).toEqual({ city: "Bergen" });
  expect(JSON.stringify(kept)).not.toMatch(/4711|8317/);
});

test("a disabled block hides as well", () => {
  draw({ ...block(2, "ask", {}, { sensitive: true }), disabled: true });
  remember("desk", { "ASK_2.digits": "4711" });
  expect(remembered("desk")).toEqual({});
});

test("each user has values of their own, and what earlier versions kept for all is gone", () => {
  kept.setItem("ivr.test-values.desk", '{"ASK_2.digits":"4711"}');
  kept.setItem("ivr.test-values.other", '{"ASK_2.digits":"4711"}');
  remember("desk", { city: "Oslo" });
  signIn("ben");
  expect(remembered("desk")).toEqual({});
  signIn("anna");
  expect(remembered("desk")).toEqual({ city: "Oslo" });
  expect(JSON.stringify(kept)).not.toContain("4711");
});
