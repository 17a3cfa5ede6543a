import { expect, test } from "vitest";
import { match, safeNext, to } from "../src/nav/routes";

test.each([
  ["/", { name: "flows" }],
  ["/calls", { name: "calls" }],
  ["/calls/", { name: "calls" }],
  ["/calls/CA1", { name: "call", id: "CA1" }],
  ["/flows/main", { name: "board", id: "main" }],
  ["/flows/main/versions", { name: "versions", id: "main" }],
  ["/flows/main/other", { name: "lost" }],
  ["/flows", { name: "lost" }],
  ["/constructor", { name: "lost" }],
  ["/help", { name: "help", id: "start" }],
  ["/help/external-web-call", { name: "help", id: "external-web-call" }],
  ["/help/a/b", { name: "lost" }],
  ["/flows/%E0%A4%A", { name: "board", id: "%E0%A4%A" }],
])("%s", (path, route) => {
  expect(match(path)).toEqual(route);
});

test("every path leads back to what it was made for", () => {
  for (const id of ["main", "a/b", "50 %", "ä?#"]) {
    expect(match(to.flow(id))).toEqual({ name: "board", id });
    expect(match(to.versions(id))).toEqual({ name: "versions", id });
    expect(match(to.call(id))).toEqual({ name: "call", id });
  }
});

test.each([
  ["?next=%2Fcalls%3Fflow%3Dmain", "/calls?flow=main"],
  ["", "/"],
  ["?next=https%3A%2F%2Felsewhere.test", "/"],
  ["?next=%2F%2Felsewhere.test", "/"],
  ["?next=%2F%5Celsewhere.test", "/"],
  ["?next=%2Flogin", "/"],
])("after signing in with %s", (search, path) => {
  expect(safeNext(search)).toBe(path);
});

test("signing in remembers where one wanted to go", () => {
  expect(safeNext(to.login("/calls?day=today").replace("/login", ""))).toBe("/calls?day=today");
});
