import { expect, test } from "vitest";
import { nextTheme, readTheme } from "../src/frame/theme";

test("only what is a theme is remembered as one", () => {
  expect(readTheme("dark")).toBe("dark");
  expect(readTheme(null)).toBe("system");
  expect(readTheme("constructor")).toBe("system");
});

test("the switch goes round", () => {
  expect(nextTheme("system")).toBe("light");
  expect(nextTheme("light")).toBe("dark");
  expect(nextTheme("dark")).toBe("system");
});
