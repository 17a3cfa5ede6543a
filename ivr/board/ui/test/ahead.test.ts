import { describe, expect, it } from "vitest";
import { createAhead } from "../src/api/ahead";

const get = { method: "GET" };

/** A server that answers with what it was asked for, and notes that. */
function rig(session: object) {
  const sent: string[] = [];
  const ahead = createAhead(async (path, init) => {
    sent.push(`${init.method ?? "ahead"} ${path}`);
    return Response.json(path === "/api/session" ? session : { path, turn: sent.length });
  });
  return { ahead, sent, settled: () => new Promise((done) => setTimeout(done)) };
}

describe("what is asked ahead", () => {
  it("is taken once, and asked for again after that", async () => {
    const { ahead, sent } = rig({ needed: false, user: "operator" });
    ahead.ask({ name: "board", id: "a b" });
    expect(await (await ahead.send("/api/flows/a%20b/draft", get)).json()).toMatchObject({ path: "/api/flows/a%20b/draft" });
    expect(sent).toEqual(["ahead /api/session", "ahead /api/bootstrap", "ahead /api/flows/a%20b/draft"]);
    await ahead.send("/api/flows/a%20b/draft", get);
    expect(sent.at(-1)).toBe("GET /api/flows/a%20b/draft");
  });

  it("asks only who is here, for a user who has to sign in first", async () => {
    const { ahead, sent } = rig({ needed: true, user: null });
    ahead.ask({ name: "board", id: "line" });
    expect(await (await ahead.send("/api/session", get)).json()).toEqual({ needed: true, user: null });
    await ahead.send("/api/bootstrap", get);
    expect(sent).toEqual(["ahead /api/session", "GET /api/bootstrap"]);
  });

  it("is not taken after a change", async () => {
    const { ahead, sent, settled } = rig({ needed: false, user: "operator" });
    ahead.ask({ name: "board", id: "line" });
    await settled();
    await ahead.send("/api/flows/line/draft", { method: "PUT" });
    await ahead.send("/api/flows/line/draft", get);
    expect(sent.slice(3)).toEqual(["PUT /api/flows/line/draft", "GET /api/flows/line/draft"]);
  });

  it("is nothing but the session on other screens", () => {
    const { ahead, sent } = rig({ needed: false, user: "operator" });
    ahead.ask({ name: "flows" });
    expect(sent).toEqual(["ahead /api/session"]);
  });
});
