import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createElement, isValidElement } from "react";
import { describe, expect, it } from "vitest";
import type { Message, Messages } from "../src/words/chosen";
import german from "../src/words/de";
import { counted, fill, fixed, rich, within } from "../src/words/fill";
import { literals } from "./literals";

const source = fileURLToPath(new URL("../src", import.meta.url));
const areas = readdirSync(join(source, "words/en")).map((name) => name.replace(".ts", ""));
const loaded = areas.map(async (area) => [area, (await import(`../src/words/en/${area}.ts`))[area] as Messages] as const);
const english = Object.fromEntries(await Promise.all(loaded));

const forms = (message: Message): string[] => (typeof message === "string" ? [message] : Object.values(message));
const values = (message: Message): string[] =>
  [...new Set(forms(message).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

describe("the catalogue", () => {
  it.each(Object.entries(german))("has %s in German, with the same values", (area, messages) => {
    const from = english[area] ?? {};
    expect(Object.keys(messages).sort()).toEqual(Object.keys(from).sort());
    for (const [key, message] of Object.entries(messages as Messages))
      expect([key, values(message)]).toEqual([key, values(from[key] ?? "")]);
  });
  it("has every area in German", () => expect(Object.keys(german).sort()).toEqual([...areas].sort()));
  it("has plain text: no mark-up, no blank", () => {
    const all = [english, german].flatMap((language) => Object.values(language as Record<string, Messages>));
    const texts = all.flatMap((messages) => Object.values(messages).flatMap(forms));
    expect(texts.filter((text) => text === "" || /<\w|&\w+;|\s\s/.test(text))).toEqual([]);
  });
});

describe("a message", () => {
  it("is filled in", () => expect(fill("{name} has {count}, {name}", { name: "Anna", count: 3 })).toBe("Anna has 3, Anna"));
  it("shows what is filled in as it is", () =>
    expect(fill("Is {name} there?", { name: "{count} $& <b>" })).toBe("Is {count} $& <b> there?"));
  it("may have elements in it", () => {
    const code = createElement("code", null, "ivr");
    const made = rich("Run {command} now", { command: code });
    expect(isValidElement<{ children: unknown[] }>(made) && made.props.children).toEqual(["Run ", code, " now"]);
  });
  it("counts", () => {
    const calls = { one: "{count} call to {name}", other: "{count} calls to {name}" } as const;
    expect([1, 0, 1200].map((count) => counted(calls, count, { name: "Desk" }))).toEqual([
      "1 call to Desk",
      "0 calls to Desk",
      "1,200 calls to Desk",
    ]);
  });
  it("has numbers as they always were in English", () => expect([fixed(1234.56, 1), fixed(3, 0)]).toEqual(["1234.6", "3"]));
  it("begins small within a sentence", () => expect(within("No answer")).toBe("no answer"));
});

describe("words in the sources", () => {
  const sources = readdirSync(source, { recursive: true, encoding: "utf-8" });
  const written = sources.filter((path) => /\.tsx?$/.test(path) && !/^words\b|\.d\.ts$/.test(path));
  it("are none: each stands in the catalogue", () => {
    expect(written.length).toBeGreaterThan(200);
    expect(written.flatMap((path) => literals(path, readFileSync(join(source, path), "utf-8")))).toEqual([]);
  });
  it("use every message", () => {
    const uses = written.map((path) => readFileSync(join(source, path), "utf-8")).join("\n");
    const named = new Set([...uses.matchAll(/\b\w+\.(\w+)/g)].map(([, name]) => name));
    const asked = Object.entries(english).filter(([area]) => !["groups", "keys"].includes(area)); // those by names of others
    expect(
      asked.flatMap(([area, messages]) =>
        Object.keys(messages)
          .filter((key) => !named.has(key))
          .map((key) => `${area}.${key}`),
      ),
    ).toEqual([]);
  });
  it.each([
    ["<p>Hello there</p>", "Hello there"],
    ['<p>{open ? "less" : words.more}</p>', "less"],
    ['<input aria-label="Name" className="big" />', "Name"],
    ["<input title={`Delete ${name}`} />", "Delete"],
    ['const item = { label: known ?? "Open", icon };', "Open"],
    ["announce(`${count} copied`)", "copied"],
  ])("are found in %s", (code, word) => expect(literals("a.tsx", code)).toEqual([`a.tsx:1: ${word}`]));
  it.each(["<kbd>Ctrl</kbd>", '<b className="bad one" id="a b">{t.name}</b>', '<p>{kind === "wide" && words.wide}</p>'])(
    "are not seen in %s",
    (code) => expect(literals("a.tsx", code)).toEqual([]),
  );
});
