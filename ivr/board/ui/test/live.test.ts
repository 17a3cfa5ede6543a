import { expect, test } from "vitest";
import { backOff, follow, type Ground, type LiveState } from "../src/api/live";

class Line {
  readyState = 1;
  onopen = () => {};
  onmessage = (_: { data: string }) => {};
  onclose = (_: { code: number }) => {};
  sent: string[] = [];
  closed = 0;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
  }
  send(text: string) {
    this.sent.push(text);
  }
  close(code: number) {
    this.closed = code;
  }
  tell(event: unknown) {
    this.onmessage({ data: JSON.stringify(event) });
  }
}

/** A line to a server that does what the test says, and everything that came of it. */
function listening(after?: number) {
  const lines: Line[] = [];
  const waits: { run: () => void; ms: number }[] = [];
  const heard: number[] = [];
  const states: LiveState[] = [];
  const ground: Ground = {
    open: (url) => {
      lines.push(new Line(url));
      return lines.at(-1) as unknown as WebSocket;
    },
    wait: (run, ms) => {
      const wait = { run, ms };
      waits.push(wait);
      return () => waits.splice(waits.indexOf(wait), 1);
    },
    chance: () => 0,
  };
  const options = {
    after,
    onEvent: (event: { seq: number }) => heard.push(event.seq),
    onState: (s: LiveState) => states.push(s),
  };
  return { line: follow("/api/live", options, ground), lines, waits, heard, states };
}

test("a broken line goes on after the last event, and tells nothing twice", () => {
  const { lines, waits, heard, states } = listening();
  expect(lines[0]?.url).toBe("/api/live?after=0");
  lines[0]?.onopen();
  lines[0]?.tell({ seq: 1 });
  lines[0]?.tell({ seq: 2 });
  lines[0]?.onclose({ code: 1006 });
  waits.shift()?.run();
  expect(lines[1]?.url).toBe("/api/live?after=2");
  lines[1]?.tell({ seq: 2 });
  lines[1]?.tell({ seq: 3 });
  expect(heard).toEqual([1, 2, 3]);
  expect(states).toEqual(["connecting", "open", "waiting", "connecting"]);
});

test("it waits longer each time, and starts over once it heard something", () => {
  const { lines, waits } = listening(7);
  const waited = [];
  for (let turn = 0; turn < 8; turn++) {
    lines.at(-1)?.onclose({ code: 1006 });
    const wait = waits.shift();
    waited.push(wait?.ms);
    wait?.run();
  }
  expect(waited).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
  lines.at(-1)?.tell({ seq: 8 });
  lines.at(-1)?.onclose({ code: 1006 });
  expect(waits[0]?.ms).toBe(500);
});

test("chance takes up to a half off", () => {
  expect(backOff(0, 1)).toBe(250);
  expect(backOff(60, 0.5)).toBe(11_250);
});

test("a server that has nothing more to say is not asked again", () => {
  const { lines, waits, states } = listening();
  lines[0]?.onclose({ code: 1000 });
  expect([waits.length, states.at(-1)]).toEqual([0, "closed"]);
});

test("closing ends it for good, also while it waits", () => {
  const open = listening();
  open.line.close();
  expect([open.lines[0]?.closed, open.states.at(-1), open.line.send({})]).toEqual([1000, "closed", false]);
  const waiting = listening();
  waiting.lines[0]?.onclose({ code: 1006 });
  waiting.line.close();
  expect(waiting.waits).toEqual([]);
});

test("what is sent is JSON", () => {
  const { line, lines } = listening();
  expect(line.send({ key: "1" })).toBe(true);
  expect(lines[0]?.sent).toEqual(['{"key":"1"}']);
});
