import { describe, expect, it } from "vitest";
import { inOrder, outlines, together, versionOf } from "../src/flows/compare";
import { found, parsed } from "../src/flows/rows";
import type { FlowDocument, FlowRow } from "../src/model/types";
import { bytes, when } from "../src/model/when";
import { doubt, plain, wrong } from "../src/numbers/rows";
import { hostsOf, wrongName } from "../src/secrets/rows";

const row = (over: Partial<FlowRow>): FlowRow => ({
  id: "books",
  name: "Harbor Books",
  description: "",
  revision: 3,
  numbers: ["+15550100"],
  updated_at: 0,
  triggers: ["inbound_call"],
  errors: 0,
  warnings: 0,
  changed: false,
  calls_today: 0,
  ...over,
});

describe("times and counts", () => {
  const now = new Date(2026, 10, 22, 16, 0).getTime();
  it.each([
    [new Date(2026, 10, 22, 0, 5), "Today 00:05"],
    [new Date(2026, 10, 21, 23, 59), "Yesterday 23:59"],
    [new Date(2026, 2, 3, 9, 30), "3 Mar 09:30"],
    [new Date(2025, 2, 3, 9, 30), "3 Mar 2025"],
  ])("says %s as people do", (at, words) => expect(when(at.getTime(), now)).toBe(words));
  it("takes the unit that fits", () =>
    expect([bytes(640), bytes(12_345), bytes(3_400_000)]).toEqual(["640 B", "12 kB", "3.4 MB"]));
});

describe("the list of flows", () => {
  it("finds by every word, in names and numbers", () => {
    const rows = [row({}), row({ id: "taxi", name: "Taxi", numbers: [] })];
    expect(found(rows, "books 0100").map((one) => one.id)).toEqual(["books"]);
    expect(found(rows, " ")).toHaveLength(2);
    expect(found(rows, "books taxi")).toEqual([]);
  });
  it.each(["{", "[]", "null", '{"blocks": []}', '{"states": []}', "words"])("takes %s for no flow's file", (text) =>
    expect(parsed(text)).toBeNull(),
  );
  it("reads a flow's file", () => expect(parsed('{"name": "A", "blocks": []}')?.name).toBe("A"));
});

describe("comparing versions", () => {
  it("puts the older one first, the draft last", () => {
    expect(inOrder("draft", 3)).toEqual([3, "draft"]);
    expect(inOrder(12, 3)).toEqual([3, 12]);
  });
  it("reads a version from the address", () =>
    expect(["draft", "12", "0", "-1", "x", null].map((text) => versionOf(text))).toEqual([
      "draft",
      12,
      undefined,
      undefined,
      undefined,
      undefined,
    ]));
  it("outlines what differs, but not what was moved", () => {
    const change = (kind: "added" | "removed" | "changed" | "wired" | "moved" | "flow", block: number) => ({
      kind,
      block,
      path: "",
      words: "",
    });
    const marks = outlines([
      change("flow", 0),
      change("added", 4),
      change("wired", 2),
      change("changed", 2),
      change("moved", 3),
      change("removed", 1),
    ]);
    expect([...marks]).toEqual([
      [4, "added"],
      [2, "changed"],
      [1, "removed"],
    ]);
  });
  it("shows what is gone beside what is there", () => {
    const block = (number: number, title: string) => ({ number, title, action: { type: "end_call" }, exits: {}, place: null });
    const flow = (...blocks: ReturnType<typeof block>[]): FlowDocument => ({
      id: "x",
      name: "x",
      last_number: 3,
      blocks,
      notes: [],
    });
    const both = together(flow(block(1, "old"), block(2, "gone")), flow(block(1, "new"), block(3, "came")));
    expect(both.blocks?.map((one) => one.title)).toEqual(["new", "came", "gone"]);
  });
});

describe("numbers", () => {
  it("takes them as people write them", () => expect(plain("+1 (555) 010-0100")).toBe("+15550100100"));
  it("reads two zeros as a plus", () => expect(plain("0044 20 7946 0000")).toBe("+442079460000"));
  it("says what is wrong", () => {
    expect(wrong("+15550100100")).toBe("");
    expect(wrong("5550100")).toContain("plus");
    expect(wrong("")).not.toBe("");
  });
  it("doubts a flow that can't answer", () => {
    expect(doubt(row({}))).toBe("");
    expect(doubt(row({ revision: null }))).toContain("publish");
    expect(doubt(row({ triggers: ["api_request"] }))).toContain("Inbound Call");
  });
});

describe("secrets", () => {
  it("reads hosts, also from addresses", () =>
    expect(hostsOf("https://API.example.com/v1, b.example.com\nb.example.com")).toEqual(["api.example.com", "b.example.com"]));
  it("says why a name can't be", () => {
    expect(wrongName("crm_token", [])).toBe("");
    expect(wrongName("crm token", [])).toContain("underscores");
    expect(wrongName("a", ["a"])).toContain("another");
  });
});
