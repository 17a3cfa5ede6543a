/** Values for trying a flow, kept in this browser. */

const place = (flow: string) => `ivr.test-values.${flow}`;

/** Sample values of a flow, as they were last filled in on this browser. */
export function remembered(flow: string): Record<string, string> {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(place(flow)) ?? "{}");
    return Object.fromEntries(Object.entries(read ?? {}).filter(([, value]) => typeof value === "string"));
  } catch {
    return {};
  }
}

export function remember(flow: string, values: Record<string, string>): void {
  try {
    localStorage.setItem(place(flow), JSON.stringify({ ...remembered(flow), ...values }));
  } catch {
    // a browser that keeps nothing: they are typed again
  }
}
