import { expect, test } from "vitest";
import { isCurl, keptIn, sends } from "../src/model/curl";

test("a command is told from an address and from text", () => {
  for (const text of ["curl https://a.test", " $ curl.exe x", "curl \\\n x"]) expect(isCurl(text)).toBe(true);
  for (const text of ["https://a.test/curl x", "curly x", "curl", ""]) expect(isCurl(text)).toBe(false);
});

test("a command replaces the whole request and nothing else", () => {
  const block = {
    type: "external_web_call",
    url: "old",
    body: "old",
    timeout: 20,
    response_variables: [{ name: "a", query: "b" }],
  };
  expect(sends(block, { method: "GET", url: "new" } as never)).toEqual({
    type: "external_web_call",
    method: "GET",
    url: "new",
    timeout: 20,
    response_variables: [{ name: "a", query: "b" }],
  });
});

test("typed secrets are found, and named or missing ones are none", () => {
  const found = (authentication: object) => keptIn({ authentication } as never);
  expect(found({ type: "basic", user: "ada", password: "pw" })).toEqual([["authentication.password", "pw"]]);
  expect(found({ type: "bearer", token: "$SECRET.crm" })).toEqual([]);
  expect(found({ type: "bearer", token: "" })).toEqual([]);
  expect(keptIn({} as never)).toEqual([]);
});
