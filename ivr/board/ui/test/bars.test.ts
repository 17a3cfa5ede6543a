import { expect, test } from "vitest";
import { type Bar, meanwhile, share, stretches } from "../src/model/bars";
import type { CallEvent } from "../src/model/types";

let seq = 0;
const event = (t: number, kind: CallEvent["kind"], more: Partial<CallEvent> = {}): CallEvent => ({
  seq: ++seq,
  t,
  kind,
  block: 0,
  ...more,
});
const request = (t: number, block: number, token = `1.${block}`, more: object = {}) =>
  event(t, "request", { block, sentence: `GET /${block}`, detail: { token, ...more } });
const response = (t: number, block: number, cause = "ok", more: object = {}, token = `1.${block}`) =>
  event(t, "response", { block, sentence: `${cause} ${block}`, detail: { token, cause, ...more } });
const awaits = (t: number, block = 9) =>
  event(t, "silence", { block, sentence: "Waits for answers", detail: { job: "alarm", transfer: true } });
const left = (t: number, block = 9) => event(t, "exit", { block, port: "success" });
const over = (t: number) => event(t, "end", { detail: { by: "caller" } });

const line = ({ kind, event: begun, from, to, open, outcome, words }: Bar) =>
  [kind, begun.block, from, to, open ? "open" : "", outcome, words].join(" ");
const lines = (events: CallEvent[], now?: number) => stretches(events, now).map((one) => one.bars.map(line));

test("requests that run at the same time overlap, each to its own answer", () => {
  const events = [request(1000, 2), left(1000, 2), request(1100, 3), left(1100, 3), awaits(1200)];
  const all = [...events, response(1900, 3, "status"), response(2600, 2), left(2600)];
  const [one] = stretches(all);
  expect(one!.bars.map(line)).toEqual([
    "request 2 1000 2600  ok ok 2",
    "request 3 1100 1900  bad status 3",
    "wait 9 1200 2600   Waits for answers",
  ]);
  const [two, three, wait] = one!.bars;
  expect(meanwhile(two!, one!)).toEqual([three]);
  expect(meanwhile(three!, one!)).toEqual([two]);
  expect(meanwhile(wait!, one!)).toEqual([two, three]);
});

test("one after the other does not overlap, also when one begins as the other ends", () => {
  const [one] = stretches([request(0, 2), response(300, 2), left(300, 2), request(300, 3), response(500, 3), left(500, 3)]);
  expect(one!.bars.map((bar) => meanwhile(bar, one!))).toEqual([[], []]);
});

test("what has no answer yet goes on up to now", () => {
  const events = [request(1000, 2), request(1000, 3), response(1500, 3)];
  expect(lines(events, 4000)).toEqual([["request 2 1000 4000 open  GET /2", "request 3 1000 1500  ok ok 3"]]);
  expect(lines(events)[0]![0]).toBe("request 2 1000 1500 open  GET /2");
});

test("what has just begun overlaps what else goes on, however short a time that is", () => {
  const [one] = stretches([request(1000, 2), request(1000, 3)]);
  expect(meanwhile(one!.bars[0]!, one!)).toEqual([one!.bars[1]]);
});

test("asking again for one answer is one request", () => {
  const polls = [request(0, 2), response(100, 2, "ok", { goes_on: true }), request(100, 2), response(900, 2)];
  expect(lines(polls)).toEqual([["request 2 0 900  ok ok 2"]]);
  expect(lines(polls.slice(0, 2), 700)).toEqual([["request 2 0 700 open  ok 2"]]);
});

test("a block that asks anew has a bar for each request", () => {
  const again = [
    request(0, 2, "1.2"),
    response(400, 2, "cancelled", {}, "1.2"),
    request(400, 2, "2.2"),
    response(600, 2, "ok", {}, "2.2"),
  ];
  expect(lines(again)).toEqual([["request 2 0 400   cancelled 2", "request 2 400 600  ok ok 2"]]);
});

test("a late answer ends what was left to run, and not what was cancelled", () => {
  const late = { ...response(900, 2), level: "warning" as const };
  expect(lines([request(0, 2), response(400, 2, "parted"), late])).toEqual([["request 2 0 900   ok 2"]]);
  expect(lines([request(0, 2), response(400, 2, "cancelled"), late])).toEqual([["request 2 0 400   cancelled 2"]]);
});

test("a wait is over when its block is left, and outlasts a caller who is not needed", () => {
  const events = [request(0, 2), awaits(100), over(500)];
  expect(lines(events)[0]![1]).toBe("wait 9 100 500   Waits for answers");
  expect(lines([...events, response(800, 2), left(800)])[0]![1]).toBe("wait 9 100 800   Waits for answers");
  const elapsed = event(700, "silence", { block: 9, sentence: "Not all in time", detail: { waited: 30 } });
  expect(lines([request(0, 2), awaits(100), elapsed, left(700)])[0]![1]).toBe("wait 9 100 700  bad Not all in time");
});

test("hold audio sounds until it stops, and through its own pages", () => {
  const music = (t: number) => event(t, "hold", { block: 2, text: "a.wav" });
  const stops = (t: number) => event(t, "silence", { detail: { stopped: "hold", by: "update" } });
  const said = event(500, "say", { block: 2, sentence: "Still there", detail: { hold: true } });
  const events = [request(0, 2), music(200), said, stops(700), music(900), stops(1500), response(1500, 2)];
  expect(lines(events)[0]).toEqual(["request 2 0 1500  ok ok 2", "hold 2 200 1500   a.wav"]);
  expect(lines([...events.slice(0, 2), left(600, 2), stops(900)])[0]![1]).toBe("hold 2 200 900   a.wav");
  expect(lines([...events.slice(0, 2), left(600, 2)])[0]![1]).toBe("hold 2 200 600   a.wav");
  expect(lines([...events.slice(0, 2), over(600)])[0]![1]).toBe("hold 2 200 600   a.wav");
});

test("the same block of another flow is another request", () => {
  const there = request(100, 2, "1.2", { flow: "other" });
  expect(lines([request(0, 2), there, response(300, 2, "ok", { flow: "other" }), response(400, 2)])).toEqual([
    ["request 2 0 400  ok ok 2", "request 2 100 300  ok ok 2"],
  ]);
});

test("without a request there is nothing, whatever sounds", () => {
  expect(stretches([])).toEqual([]);
  expect(stretches([event(0, "hold"), awaits(100), response(200, 2)])).toEqual([]);
});

test("after a long time in which nothing goes on, another axis begins", () => {
  const events = [request(0, 2), response(300, 2), request(1200, 3), response(1500, 3), request(4000, 4), response(4200, 4)];
  const found = stretches(events);
  expect(found.map((one) => one.bars.map((bar) => bar.event.block))).toEqual([[2, 3], [4]]);
  expect(found.map(({ from, to }) => [from, to])).toEqual([
    [0, 1500],
    [4000, 4500],
  ]);
});

test("an axis has a few round ticks, and everything lies on it", () => {
  const axis = (from: number, to: number) => stretches([request(from, 2), response(to, 2)])[0]!;
  expect(axis(0, 1).ticks).toEqual([0, 100, 200, 300, 400, 500]);
  expect(axis(1234, 3000).ticks).toEqual([1500, 2000, 2500, 3000]);
  expect(axis(0, 10_000).ticks).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
  expect(axis(0, 900_000).ticks).toHaveLength(5);
  const one = axis(1000, 3000);
  expect([1000, 1500, 3000].map((t) => share(t, one))).toEqual([0, 25, 100]);
});
