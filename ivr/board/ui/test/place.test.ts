import { expect, test } from "vitest";
import { place } from "../src/kit/place";

const view = { width: 1000, height: 600 };
const box = { width: 200, height: 100 };

test("below its anchor, at its left edge", () => {
  expect(place({ left: 50, top: 20, width: 80, height: 30 }, box, view)).toEqual({ left: 50, top: 54 });
});

test("above when there is no room below", () => {
  expect(place({ left: 50, top: 550, width: 80, height: 30 }, box, view)).toEqual({ left: 50, top: 446 });
});

test("to the left when there is no room on the right", () => {
  const at = place({ left: 900, top: 100, width: 50, height: 30 }, box, view, { side: "right" });
  expect(at).toEqual({ left: 696, top: 100 });
});

test("never off the screen", () => {
  const at = place({ left: 990, top: 300, width: 10, height: 10 }, { width: 200, height: 590 }, view, { align: "start" });
  expect(at).toEqual({ left: 792, top: 8 });
});

test("centred", () => {
  expect(place({ left: 400, top: 20, width: 100, height: 30 }, box, view, { align: "center" }).left).toBe(350);
});
