import { expect, test } from "vitest";
import { blockTopic } from "../src/frame/topics";
import { search } from "../src/help/search";

const sections = [
  {
    page: "start",
    anchor: "start-here",
    title: "Start here",
    text: `${"Draw a flow. ".repeat(30)}Then play hold music to the caller.`,
  },
  { page: "hold", anchor: "hold-audio", title: "Hold audio", text: "What the caller hears." },
  { page: "causes", anchor: "causes", title: "Causes", text: "timeout: no complete answer" },
];

test("a search finds sections that have every word, those first whose heading has one", () => {
  expect(search(sections, "HOLD caller").map((hit) => hit.section.page)).toEqual(["hold", "start"]);
  expect(search(sections, "hold answer")).toEqual([]);
  expect(search(sections, "  ")).toEqual([]);
});

test("a hit shows the words around it", () => {
  const [hit] = search(sections, "music");
  expect(hit?.excerpt).toMatch(/^….*play hold music to the caller\.$/);
  expect(search(sections, "timeout")[0]?.excerpt).toBe("timeout: no complete answer");
});

test("no more hits than one can read", () => {
  const many = Array.from({ length: 100 }, (_, index) => ({ page: "p", anchor: `${index}`, title: "x", text: "word" }));
  expect(search(many, "word")).toHaveLength(30);
});

test("a block's help is its own page, or its section on the page of actions", () => {
  expect(blockTopic({ type: "external_web_call", title: "External Web Call" })).toBe("external-web-call");
  expect(blockTopic({ type: "send_sms", title: "Send SMS" })).toBe("actions#send-sms");
});
