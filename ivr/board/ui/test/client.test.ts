import { expect, test } from "vitest";
import { createClient } from "../src/api/client";
import { Problem } from "../src/api/problem";

interface Sent {
  path: string;
  init: RequestInit;
  headers: Headers;
}

/** A client whose server answers what it is given, and what was sent to it. */
function client(...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  let signIns = 0;
  const send = async (path: RequestInfo | URL, init: RequestInit = {}) => {
    sent.push({ path: String(path), init, headers: new Headers(init.headers) });
    const answer = answers.shift();
    if (answer instanceof Response) return answer;
    throw answer ?? new Error("nothing to answer");
  };
  return { api: createClient(send as typeof fetch, () => void signIns++), sent, signIns: () => signIns };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

test("an answer comes with its entity tag, which goes back as If-Match", async () => {
  const { api, sent } = client(json({ name: "main" }, 200, { ETag: '"7"' }), json({}));
  const { data, etag } = await api.request("get", "/api/flows/{id}/draft", { path: { id: "a b" } });
  expect([data.name, etag]).toEqual(["main", '"7"']);
  await api.put("/api/flows/{id}/draft", { path: { id: "main" }, body: { id: "main", name: "x" }, ifMatch: etag });
  expect(sent.map(({ path }) => path)).toEqual(["/api/flows/a%20b/draft", "/api/flows/main/draft"]);
  expect(sent[1]?.headers.get("If-Match")).toBe('"7"');
  expect(sent[1]?.init.body).toBe('{"id":"main","name":"x"}');
});

test("only requests that may change something carry the token", async () => {
  const { api, sent } = client(json({}, 200, { "X-CSRF-Token": "t1" }), json({}), json({}));
  await api.get("/api/session");
  await api.get("/api/flows");
  await api.post("/api/flows", { body: { name: "x" } });
  expect(sent.map(({ headers }) => headers.get("X-CSRF-Token"))).toEqual([null, null, "t1"]);
});

test("what the server calls a problem arrives as one", async () => {
  const told = { title: "Not published.", detail: "Two mistakes.", problems: [{ code: "url", block: 3, message: "No." }] };
  const { api } = client(json(told, 422, { "Content-Type": "application/problem+json" }));
  const problem = await api.post("/api/flows/{id}/publish", { path: { id: "x" }, body: {} }).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(Problem);
  expect(problem).toMatchObject({ status: 422, title: "Not published.", detail: "Two mistakes.", problems: told.problems });
});

test.each([
  ["an HTML page", new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "Content-Type": "text/html" } })],
  ["broken JSON", new Response("{", { status: 502, headers: { "Content-Type": "application/json" } })],
  ["JSON that is no object", json("no", 502)],
])("%s as an error still becomes a problem", async (_, response) => {
  const { api } = client(response);
  await expect(api.get("/api/flows")).rejects.toMatchObject({ status: 502, title: "The server answered 502.", problems: [] });
});

test("a server that can't be reached is status 0, a request that was given up is not a problem", async () => {
  const stop = new AbortController();
  const given = new DOMException("given up", "AbortError");
  const { api } = client(new TypeError("failed"), given);
  await expect(api.get("/api/flows")).rejects.toMatchObject({ status: 0, offline: true });
  stop.abort();
  await expect(api.get("/api/flows", { signal: stop.signal })).rejects.toBe(given);
});

test("who is not signed in is sent to sign in, but not while signing in", async () => {
  const { api, signIns } = client(json({}, 401), json({}, 401));
  await expect(api.get("/api/flows")).rejects.toMatchObject({ status: 401 });
  expect(signIns()).toBe(1);
  await expect(api.post("/api/session", { body: { user: "anna", password: "" }, stay: true })).rejects.toMatchObject({
    status: 401,
  });
  expect(signIns()).toBe(1);
});

test("queries leave out what is not set, forms go as they are", async () => {
  const { api, sent } = client(json([]), json({}), new Response(null, { status: 204 }));
  await api.get("/api/calls", { query: { flow: "a b", result: "", limit: 2, from: null } });
  expect(sent[0]?.path).toBe("/api/calls?flow=a+b&limit=2");
  await api.post("/api/audio", { body: new FormData() });
  expect(sent[1]?.headers.get("Content-Type")).toBeNull();
  expect(await api.remove("/api/secrets/{name}", { path: { name: "x" } })).toBeUndefined();
});

/** An answer whose head has come, and whose body breaks off. */
const cutOff = (status = 200) => {
  const body = new ReadableStream({ pull: (stream) => stream.error(new TypeError("cut off")) });
  return new Response(body, { status, headers: { "Content-Type": "application/json" } });
};

test("an answer that breaks off is none, and never an empty one", async () => {
  await expect(client(cutOff()).api.get("/api/flows")).rejects.toMatchObject({ status: 0 });
  await expect(client(cutOff(500)).api.get("/api/flows")).rejects.toMatchObject({ status: 500 });
  const half = new Response("[{", { headers: { "Content-Type": "application/json" } });
  await expect(client(half).api.get("/api/flows")).rejects.toBeInstanceOf(Problem);
});

test("an answer that is called off while it comes is no problem to tell", async () => {
  const stop = new AbortController();
  stop.abort();
  const { api } = client(cutOff());
  const error = await api.get("/api/flows", { signal: stop.signal }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(TypeError);
});
