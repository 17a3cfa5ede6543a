import type { components } from "./schema";

/** One author's mistake, as the server tells it. */
export type FlowProblem = components["schemas"]["Shown"];

/** What went wrong, in words for people: the server's own (application/problem+json), or ours when it was not reached. */
export class Problem extends Error {
  /** The HTTP status; 0 when the server was not reached. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly problems: FlowProblem[];
  /** The whole answer, for members that only one endpoint has. */
  readonly body: unknown;

  constructor(status: number, body: unknown, fallback: string) {
    const told = (body && typeof body === "object" ? body : {}) as Record<string, unknown>;
    const title = typeof told.title === "string" ? told.title : fallback;
    const detail = typeof told.detail === "string" ? told.detail : "";
    super(detail || title);
    this.name = "Problem";
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.problems = Array.isArray(told.problems) ? (told.problems as FlowProblem[]) : [];
    this.body = body;
  }

  /** The server was not reached: what was typed is kept, and trying again makes sense. */
  get offline(): boolean {
    return this.status === 0;
  }

  /** It was saved elsewhere in between (If-Match did not hold). */
  get conflict(): boolean {
    return this.status === 412 || this.status === 409;
  }
}

/** Whatever was caught, as a Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, null, error instanceof Error ? error.message : String(error));
}
