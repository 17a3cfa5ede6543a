import { describe, expect, it } from "vitest";
import { aligned } from "../src/model/align";
import { formatted } from "../src/model/json";
import { fitting, typingAt, written } from "../src/model/marks";
import { asked, nameFor, queryOf, sameRequest, take } from "../src/model/reply";
import { blank, choiceLabel, fieldsOf, groupsOf, mistake, visible } from "../src/model/schema";

const pattern = String.raw`\$(?:(?<dollar>\$)|\{(?<braced>[A-Za-z_]\w*(?:\.\w+|\[\d+\])*)\}|(?<bare>[A-Za-z_]\w*(?:\.\w+|\[\d+\])*))`;

const schema = {
  type: "object",
  required: ["url", "rows"],
  properties: {
    method: { enum: ["GET", "POST"], default: "GET", title: "Method", "x-ui": { group: "Inputs" } },
    url: { type: "string", "x-ui": { group: "Inputs", widget: "template" } },
    timeout: { type: "integer", minimum: 1, maximum: 200, default: 10, "x-ui": { advanced: true } },
    body: { type: "string", default: "", "x-ui": { group: "Body", when: { method: ["POST"] } } },
    length: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }], default: null, "x-ui": { unit: "digits" } },
    rows: { type: "array", items: { $ref: "#/$defs/Row" }, "x-ui": { group: "Inputs" } },
    auth: { anyOf: [{ oneOf: [{ $ref: "#/$defs/Row" }, { $ref: "#/$defs/Basic" }] }, { type: "null" }], default: null },
    words: { type: "array", items: { type: "string" }, default: [] },
    kind: { const: "x" },
  },
  $defs: {
    Row: {
      type: "object",
      required: ["key"],
      properties: { key: { enum: ["1", "2"] }, note: { type: "string", default: "" } },
    },
    Basic: { type: "object", required: ["user"], properties: { type: { const: "basic" }, user: { type: "string" } } },
  },
};

describe("schema", () => {
  const fields = fieldsOf(schema, schema);
  const named = (name: string) => fields.find((field) => field.name === name)!;

  it("finds a widget for every type", () => {
    const kinds = Object.fromEntries(fields.map((field) => [field.name, field.kind]));
    expect(kinds).toEqual({
      method: "choice",
      url: "template",
      timeout: "number",
      body: "text",
      length: "number",
      rows: "rows",
      auth: "union",
      words: "words",
    });
    expect(named("length")).toMatchObject({ nullable: true, hints: { unit: "digits" } });
    expect(named("url").required).toBe(true);
  });

  it("groups by heading, Advanced last and folded", () => {
    const groups = groupsOf(fields);
    expect(groups.map((group) => group.title)).toEqual(["Inputs", "Body", "Advanced"]);
    expect(groups.at(-1)!.collapsed).toBe(true);
  });

  it("shows a field only when another one has its value, by default too", () => {
    expect(visible(named("body"), {}, fields)).toBe(false);
    expect(visible(named("body"), { method: "POST" }, fields)).toBe(true);
  });

  it("tells a range, a fraction and a wrong type", () => {
    expect(mistake(named("timeout"), 0)).toBe("Must be from 1 to 200.");
    expect(mistake(named("timeout"), 201)).toBe("Must be from 1 to 200.");
    expect(mistake(named("timeout"), 1.5)).toBe("Must be a whole number.");
    expect(mistake(named("timeout"), "ten")).toBe("Must be a whole number.");
    expect([1, 200, undefined].map((value) => mistake(named("timeout"), value))).toEqual(["", "", ""]);
  });

  it("makes a row with what must be there, and takes a choice that is free", () => {
    expect(blank(schema.$defs.Row, schema, [{ key: "1" }])).toEqual({ key: "2" });
    expect(blank(schema.$defs.Basic, schema)).toEqual({ type: "basic", user: "" });
  });

  it("says values in words, but leaves what is no word", () => {
    expect(["clip_first", "application/json", "GET", null].map((each) => choiceLabel(each))).toEqual([
      "Clip first",
      "application/json",
      "GET",
      "None",
    ]);
  });
});

describe("typing a reference", () => {
  it("is noticed behind a dollar sign, not behind two", () => {
    expect(typingAt("Hi $AN", 6)).toEqual({ start: 3, typed: "AN" });
    expect(typingAt("Hi ${EXT", 8)).toEqual({ start: 3, typed: "EXT" });
    expect(typingAt("costs $", 7)).toEqual({ start: 6, typed: "" });
    expect(typingAt("costs $$5", 8)).toBeNull();
    expect(typingAt("costs $5", 8)).toBeNull();
  });

  it("offers what begins so first", () => {
    expect(fitting([{ name: "CallSid" }, { name: "ANI" }, { name: "x.ani" }], "ani").map((each) => each.name)).toEqual([
      "ANI",
      "x.ani",
    ]);
  });

  it("is written in braces where it would run on", () => {
    expect(written("ANI", " there")).toBe("$ANI");
    expect(written("ANI", ". Bye")).toBe("$ANI");
    expect(written("ANI", "s")).toBe("${ANI}");
    expect(written("ANI", ".x")).toBe("${ANI}");
  });
});

describe("JSON with references", () => {
  it("is put in order, its numbers and references as they were", () => {
    const text = '{"a":"x $ANI","b":$EXTCALL_3.list[0],"c":[1.0,12345678901234567890],"d":{}, "e":[]}';
    expect(formatted(text, pattern)).toBe(
      '{\n  "a": "x $ANI",\n  "b": $EXTCALL_3.list[0],\n  "c": [\n    1.0,\n    12345678901234567890\n  ],\n  "d": {},\n  "e": []\n}',
    );
  });

  it("that is none is told", () => {
    expect(formatted('{"a": $ANI "b": 2}', pattern)).toHaveProperty("error");
  });
});

describe("an answer", () => {
  const answer = { order: { DateText: "March", "a.b": 1, items: [{ title: "Emma" }] } };

  it("is followed by the expression that its tree gives", () => {
    for (const steps of [
      ["order", "DateText"],
      ["order", "a.b"],
      ["order", "items", 0, "title"],
    ]) {
      expect(take(queryOf(steps), answer)).toMatchObject({ found: true });
    }
    expect(take("array[0].x", [{ x: 2 }])).toEqual({ found: true, value: 2 });
    expect(take("$..title", answer)).toBeNull();
  });

  it("tells of the label that was meant", () => {
    expect(take("order.datetext", answer)).toEqual({ found: false, hint: "There is DateText." });
    expect(take("order.constructor", answer)).toEqual({ found: false, hint: "" });
  });

  it("gives names that are free", () => {
    expect(nameFor(["order", "DateText"], [])).toBe("DateText");
    expect(nameFor(["order", "DateText"], ["DateText"])).toBe("order_DateText");
    expect(nameFor(["headers"], [])).toBe("headers_2");
    expect(nameFor(["doctor", "name"], [])).toBe("doctor_name");
    expect(nameFor(["doctor", "name"], ["doctor_name"])).toBe("doctor_name_2");
    expect(nameFor(["id"], [])).toBe("id");
    expect(nameFor([0], [])).toBe("value");
  });

  it("is asked for with the variables that are sent, and no others", () => {
    const config = {
      type: "external_web_call",
      url: "http://x/$ANI",
      body: "$BODY",
      opening_line: "$SAID",
      headers: [{ value: "$SECRET.k $DNIS" }],
    };
    expect(asked(config, pattern)).toEqual(["ANI", "DNIS"]);
    expect(asked({ ...config, method: "POST" }, pattern)).toEqual(["ANI", "BODY", "DNIS"]);
  });

  it("is the same whatever the caller hears, and whatever is taken out of the answer", () => {
    const config = { type: "external_web_call", url: "https://a.example", headers: [] };
    expect(sameRequest(config, { ...config, response_variables: [], play_hold_music: true, opening_line: "Wait" })).toBe(true);
    expect(sameRequest(config, { ...config, url: "https://b.example" })).toBe(false);
    expect(sameRequest(config, { ...config, body: "{}" })).toBe(false);
  });
});

it("lines up and spaces out", () => {
  const places = { 1: [0, 0], 2: [10, 100], 3: [96, 40] } as const;
  expect(aligned(places, [1, 2, 3], "left")).toEqual({ 1: [0, 0], 2: [0, 100], 3: [0, 40] });
  expect(aligned(places, [1, 2, 3], "across")).toEqual({ 1: [0, 0], 2: [48, 100], 3: [96, 40] });
});
