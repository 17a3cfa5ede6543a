import { expect, test } from "vitest";
import { soundingAt } from "../src/model/sounding";
import type { CallEvent } from "../src/model/types";

const event = (t: number, kind: CallEvent["kind"], more: Partial<CallEvent> = {}): CallEvent => ({
  seq: t + 1,
  t,
  kind,
  block: 2,
  ...more,
});
const hold = event(1000, "hold", { audio: { url: "/hold", loop: true, channel: "hold" }, detail: { seconds: 4 } });
const clip = event(1000, "play", { audio: { url: "/clip", loop: false, channel: "prompt" }, detail: { seconds: 4 } });

test("hold music goes round until it is stopped, and goes on where it would be by now", () => {
  expect(soundingAt([hold], 3000)).toEqual({ url: "/hold", loop: true, channel: "hold", at: 2 });
  expect(soundingAt([hold], 10_500)?.at).toBe(1.5);
  expect(soundingAt([hold, event(2000, "response"), event(2000, "set")], 3000)?.at).toBe(2);
  for (const next of [
    event(2000, "silence", { detail: { stopped: "hold" } }),
    event(2000, "say"),
    event(2000, "listen"),
    event(2000, "end"),
  ]) {
    expect(soundingAt([hold, next], 3000)).toBeNull();
  }
});

test("a clip is over after its length, or when a key is pressed", () => {
  expect(soundingAt([clip], 3000)).toMatchObject({ url: "/clip", at: 2 });
  expect(soundingAt([event(900, "listen"), clip], 3000)).not.toBeNull();
  expect(soundingAt([clip], 5000)).toBeNull();
  expect(soundingAt([clip, event(2000, "silence", { detail: { stopped: "prompt" } })], 3000)).toBeNull();
  expect(soundingAt([clip, event(2000, "silence", { detail: { seconds: 1 } })], 3000)).not.toBeNull();
});

test("nothing sounds where nothing has", () => {
  expect(soundingAt([], 3000)).toBeNull();
  expect(soundingAt([event(0, "say", { text: "Hi" })], 100)).toBeNull();
});
