import { describe, expect, it } from "vitest";
import { Digits, isTree, parsedExactly } from "../src/api/digits";
import { shown } from "../src/model/call";
import { doubled, foreign } from "../src/model/dollars";
import { laidOut } from "../src/model/json";
import { typingAt } from "../src/model/marks";
import { brief, take } from "../src/model/reply";

const pattern = String.raw`\$(?:(?<dollar>\$)|\{(?<braced>[A-Za-z_]\w*(?:\.\w+|\[\d+\])*)\}|(?<bare>[A-Za-z_]\w*(?:\.\w+|\[\d+\])*))`;

const odd = ["12345678901234567890", "1.10", "1e400", "-0.50", "1E2", "9007199254740993", "1.0", "0.1e-7", "-0"];

describe("digits", () => {
  it.each(odd)("keeps %s as it came", (digits) => {
    const read = parsedExactly(`{"value": {"a": [${digits}], "s": "x: ${digits}, \\"1.10\\""}, "n": ${digits}}`, ["value"]) as {
      value: { a: unknown[]; s: string };
      n: unknown;
    };
    expect(brief(read.value.a[0])).toBe(digits);
    expect(shown(read.value.a[0])).toBe(digits);
    expect(isTree(read.value.a[0])).toBe(false);
    expect(read.value.s).toBe(`x: ${digits}, "1.10"`);
    expect(read.n).toBe(Number(digits));
    expect([`{"a":[${digits}],"s":"x"}`, `{"a":["${digits}"],"s":"x"}`]).toContain(JSON.stringify({ ...read.value, s: "x" }));
    expect(take("a[0]", read.value)).toEqual({ found: true, value: new Digits(digits) });
    expect(take("a[0].text", read.value)).toMatchObject({ found: false });
  });

  it("leaves the page's own numbers alone", () => {
    expect(parsedExactly('{"value": [1, -2.5, 0], "t": 1.0}', ["value"])).toEqual({ value: [1, -2.5, 0], t: 1 });
    expect(Number(new Digits("1.50")) / 2).toBe(0.75);
    expect(() => parsedExactly("{", [])).toThrow();
  });

  it("lays JSON out letter by letter", () => {
    expect(laidOut('{"a":12345678901234567890,"b":[1.10]}')).toBe(
      '{\n  "a": 12345678901234567890,\n  "b": [\n    1.10\n  ]\n}',
    );
    expect(laidOut("nothing")).toBeNull();
  });
});

describe("dollar signs of the API's own", () => {
  const known = (name: string) => name === "Known";
  it.each([
    ["https://a.test/x?$filter=a&$top=5&x=$Known", ["filter", "top"], "https://a.test/x?$$filter=a&$$top=5&x=$Known"],
    [
      "query Q($id: ID!, $n: [Int]) { a(id: $id, n: $n) }",
      ["id", "n"],
      "query Q($$id: ID!, $$n: [Int]) { a(id: $$id, n: $$n) }",
    ],
    ["https://a.test/?a=$Known", [], "https://a.test/?a=$Known"],
    ["https://a.test/?$$filter=a", [], "https://a.test/?$$filter=a"],
    ["https://a.test/?$Known=a", [], "https://a.test/?$Known=a"],
  ])("%s", (text, names, right) => {
    expect(foreign(text, pattern, known)).toEqual(names);
    expect(doubled(text, pattern, names)).toBe(right);
  });
});

describe("filters", () => {
  it.each([
    ["Total: ${Total|", { start: 7, typed: "", of: "Total" }],
    ["${A.b[0] | as mo", { start: 0, typed: "as mo", of: "A.b[0]" }],
    ["It is $Total|as", { start: 6, typed: "as", of: "Total" }],
    ["$$Total|as", null],
    ["a|b", null],
  ])("after %s", (text, typing) => {
    expect(typingAt(text, text.length)).toEqual(typing);
  });
});
