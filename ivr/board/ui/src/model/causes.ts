/** Why a web call ended as it did, in a few words each. */

export const causes: Readonly<Record<string, string>> = {
  timeout: "No answer in time",
  dns: "Host not found",
  connect: "Not reached",
  tls: "No secure connection",
  status: "Status not accepted",
  too_large: "Answer too large",
  unreadable: "Answer not readable",
  blocked: "Not allowed",
  skipped: "Left alone for a moment",
  missing: "Something is missing",
  unsendable: "Can’t be sent",
  cancelled: "Cancelled",
  unknown: "Ending unknown",
};

const phrases: Readonly<Record<string, string>> = {
  "200": "OK", "201": "Created", "202": "Accepted", "204": "No content", "301": "Moved", "302": "Found", "304": "Not modified",
  "400": "Bad request", "401": "Unauthorized", "403": "Forbidden", "404": "Not found", "409": "Conflict", "422": "Unprocessable",
  "429": "Too many requests", "500": "Server error", "502": "Bad gateway", "503": "Unavailable", "504": "Gateway timeout",
};

/** A status with its phrase: 404 Not found. */
export function statusOf(status: string): string {
  return phrases[status] ? `${status} ${phrases[status]}` : status;
}
