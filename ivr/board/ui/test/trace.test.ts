import { expect, test } from "vitest";
import { flat } from "../src/model/trace";

test("variables of a block get their full names", () => {
  const full = { ANI: "+1", "EXTCALL_3.statuscode": 200, order: { a: 1 } };
  expect(flat({ ANI: "+1", EXTCALL_3: { statuscode: 200 }, order: { a: 1 } })).toEqual(full);
});
