/** Why a web call ended as it did, in a few words each. */

export const causes: Readonly<Record<string, string>> = {
  timeout: "No answer in time",
  dns: "Host not found",
  connect: "Not reached",
  tls: "No secure connection",
  status: "Status not accepted",
  body: "Body not accepted",
  too_large: "Answer too large",
  unreadable: "Answer not readable",
  blocked: "Not allowed",
  skipped: "Left alone for a moment",
  missing: "Something is missing",
  unsendable: "Can’t be sent",
  cancelled: "Cancelled",
  unknown: "Ending unknown",
};
