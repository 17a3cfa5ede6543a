import { expect, test } from "vitest";
import { filled, found, type Operation, type Picked } from "../src/model/operations";
import type { Config } from "../src/model/types";

const operation = (name: string, summary = "", tag = ""): Operation => {
  const [method = "", path = ""] = name.split(" ");
  return { name, method, path, summary, tag, deprecated: false };
};
const all = [operation("GET /pets", "All pets", "pets"), operation("POST /orders", "A new order", "shop")];

test("operations are found by any of their words", () => {
  expect(found(all, "")).toBe(all);
  expect(found(all, " ORDER new ").map((each) => each.name)).toEqual(["POST /orders"]);
  expect(found(all, "pets post")).toEqual([]);
});

test("a block is filled, and keeps what it took before", () => {
  const picked: Picked = {
    fields: { method: "GET", url: "https://a.test/" },
    notes: [],
    offered: [],
  };
  const block = {
    type: "external_web_call",
    url: "https://old.test/",
    body: "x",
    timeout: 20,
    response_variables: [{ name: "id", query: "old" }],
  } as unknown as Config;
  const taken = [
    { name: "id", query: "id", description: "" },
    { name: "name", query: "a.name", description: "" },
  ];
  expect(filled(block, picked, taken)).toEqual({
    type: "external_web_call",
    method: "GET",
    url: "https://a.test/",
    timeout: 20,
    response_variables: [
      { name: "id", query: "old" },
      { name: "name", query: "a.name" },
    ],
  });
  expect(filled(block, picked, [])).not.toHaveProperty("body");
});
