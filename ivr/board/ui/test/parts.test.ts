import { expect, test } from "vitest";
import { partsOf, partsTold } from "../src/model/parts";
import { fieldNamed } from "../src/model/schema";

const reference = "\\$(?:(?<bare>[A-Za-z]\\w*)|\\{(?<braced>\\w+)\\}|\\$)";
const parts = (text: string) => partsTold(partsOf(text, reference));

test("a text message is counted as the carrier counts it", () => {
  expect(parts("a".repeat(160))).toBe("1 part, GSM-7");
  expect(parts("a".repeat(161))).toBe("2 parts, GSM-7");
  expect(parts("€".repeat(80))).toBe("1 part, GSM-7");
  expect(parts("€".repeat(81))).toBe("2 parts, GSM-7");
  expect(parts(`${"a".repeat(152)}€${"a".repeat(152)}`)).toBe("3 parts, GSM-7");
  expect(parts("ł".repeat(70))).toBe("1 part, UCS-2 because of “ł”");
  expect(parts("🎉".repeat(36))).toBe("2 parts, UCS-2 because of “🎉”");
  expect(parts("Hi $Name, pay $$5")).toBe("1 part or more, GSM-7");
});

test("the path of a problem is told by the labels of its fields", () => {
  const row = { type: "object", properties: { query: { type: "string", title: "Query expression" } } };
  const root = {
    properties: {
      url: { type: "string", title: "URL of service" },
      response_variables: { type: "array", items: { $ref: "#/$defs/Row" } },
    },
    $defs: { Row: row },
  };
  const named = (path: string) => fieldNamed(root, path);
  expect(
    ["action.url", "action.response_variables[1].query", "action.response_variables", "exits.success", ""].map(named),
  ).toEqual(["URL of service", "Response variables 2, Query expression", "Response variables", "", ""]);
});
