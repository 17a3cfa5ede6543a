import { expect, test } from "vitest";
import { clock, ending, heard, heardAll, minutes, shown, unheard } from "../src/model/call";
import type { CallEvent } from "../src/model/types";

let seq = 0;
const event = (kind: CallEvent["kind"], more: Partial<CallEvent> = {}): CallEvent => {
  seq += 1;
  return { seq, t: seq * 100, kind, block: 0, ...more };
};

const walk = [
  event("ring"),
  event("enter", { block: 1 }),
  event("exit", { block: 1, port: "next" }),
  event("enter", { block: 2 }),
  event("listen", { block: 2, detail: { input: "dtmf" } }),
  event("say", { block: 2, text: "Press 1." }),
  event("key", { block: 2, text: "1", detail: { heard: true } }),
  event("silence", { detail: { stopped: "prompt", by: "digit" } }),
  event("set", { block: 2, variables: { "MENU_2.digit": "1" } }),
  event("exit", { block: 2, port: "key_1" }),
  event("enter", { block: 3 }),
  event("request", { block: 3, text: "GET http://api" }),
  event("hold", { block: 3, audio: { url: "/a", loop: true, channel: "hold" } }),
];

test("a call is where it entered last, and has gone along the wires between", () => {
  const call = heardAll(walk);
  expect(call.here).toBe(3);
  expect(call.phase).toBe("holding");
  expect([...call.travelled]).toEqual(["1:next", "2:key_1"]);
  expect([...call.visited]).toEqual([1, 2, 3]);
  expect(call.variables["MENU_2.digit"]?.value).toBe("1");
  expect(call.events).toHaveLength(walk.length);
});

test("a port that leads nowhere is no wire", () => {
  const stopped = [event("exit", { block: 3, port: "failure" }), event("error", { block: 3, text: "leads nowhere" })];
  const call = heardAll([...walk, ...stopped]);
  expect(call.travelled.has("3:failure")).toBe(false);
});

test("words are over when a key is pressed, and listening when the block is left", () => {
  expect(heardAll(walk.slice(0, 6)).words).toBe("Press 1.");
  expect(heardAll(walk.slice(0, 6)).listens).toBe("dtmf");
  expect(heardAll(walk.slice(0, 7)).words).toBe("");
  expect(heardAll(walk.slice(0, 10)).listens).toBe("");
});

test("hold audio is over when it is told so", () => {
  const call = heard(heardAll(walk), event("silence", { detail: { stopped: "hold", by: "update" } }));
  expect(call.phase).toBe("live");
});

test("blocks of another flow are not on this board", () => {
  const jumped = [
    ...walk,
    event("exit", { block: 3, text: "On to flow other", detail: { flow: "other", entry: 0 } }),
    event("enter", { block: 1, detail: { flow: "other" } }),
    event("exit", { block: 1, port: "next", detail: { flow: "other" } }),
    event("enter", { block: 2, detail: { flow: "other" } }),
  ];
  const call = heardAll(jumped);
  expect(call.here).toBeNull();
  expect(call.flow).toBe("other");
  expect([...call.travelled]).toEqual(["1:next", "2:key_1"]);
});

test("what follows the end changes no phase", () => {
  const over = heard(heardAll(walk), event("end", { detail: { by: "caller", status: "completed" } }));
  expect(over).toMatchObject({ phase: "ended", here: null, words: "" });
  expect(heard(over, event("enter", { block: 4 })).phase).toBe("ended");
  expect(heard(over, event("say", { text: "late" })).words).toBe("");
});

test("an event of an unknown kind is kept, and changes nothing", () => {
  const call = heard(unheard, event("new" as CallEvent["kind"]));
  expect(call.events).toHaveLength(1);
});

test("how it ended, in words", () => {
  expect(ending(walk)).toBe("");
  expect(ending([event("end", { detail: { by: "flow" } })])).toBe("Completed");
  expect(ending([event("end", { detail: { by: "caller" } })])).toBe("Caller hung up");
  const failed = [event("error", { level: "error", text: "It broke." }), event("end", { detail: { by: "failure" } })];
  expect(ending(failed)).toBe("It broke.");
  const problem = event("error", { level: "error", text: "Leads nowhere.", detail: { code: "no_exit" } });
  const nowhere = [problem, event("end", { detail: { by: "flow" } })];
  expect(ending(nowhere)).toBe("Leads nowhere.");
});

test("times and values as text", () => {
  expect([clock(0), clock(1440), clock(59_900), clock(64_000)]).toEqual(["0.0", "1.4", "59.9", "1:04"]);
  expect([minutes(0), minutes(2900), minutes(125_000), minutes(-5)]).toEqual(["0:00", "0:02", "2:05", "0:00"]);
  expect([shown(null), shown("a"), shown(0), shown([1])]).toEqual(["", "a", "0", "[\n 1\n]"]);
});

test("a question by text waits for its reply, also when the call is over", () => {
  const asked = [...walk, event("sms", { block: 3, detail: { to: "+1", asks: true } })];
  expect(heardAll(walk).asks).toBe(false);
  expect(heardAll([...walk, event("sms", { block: 3, detail: { to: "+1" } })]).asks).toBe(false);
  expect(heardAll(asked).asks).toBe(true);
  expect(heardAll([...asked, event("end", { detail: { by: "caller" } })]).asks).toBe(true);
  expect(heardAll([...asked, event("sms", { block: 3, detail: { came: false } })]).asks).toBe(false);
});
