const controls = "input:not([type=hidden]):not(:disabled), textarea, select:not(:disabled)";

/** Open the group of a field and put the focus into it. The path is a problem's; "" is the first field. */
export function focusIn(panel: HTMLElement, path: string): void {
  const within = path.replace(/^action\.?/, "");
  const [name = ""] = within.split(/[.[]/);
  if (path.startsWith("exits")) return void go(panel.querySelector<HTMLElement>(".exits select"));
  const groups = [...panel.querySelectorAll<HTMLDetailsElement>("details[data-fields]")];
  const group = groups.find((each) => each.dataset.fields?.split(" ").includes(name));
  const first = panel.querySelector<HTMLElement>(`.group[open] :is(${controls})`);
  if (!name) return void go(first ?? panel.querySelector<HTMLElement>(".head input"));
  if (group) group.open = true;
  // The group's fields are drawn once it is open.
  requestAnimationFrame(() => {
    const field = panel.querySelector<HTMLElement>(`[data-path="${CSS.escape(within)}"]`);
    const whole = panel.querySelector<HTMLElement>(`[data-path="${CSS.escape(name)}"]`);
    const found = field ?? whole ?? group;
    go(found?.querySelector<HTMLElement>(controls) ?? found?.querySelector<HTMLElement>("button") ?? null);
  });
}

function go(control: HTMLElement | null): void {
  control?.focus({ preventScroll: true });
  control?.scrollIntoView({ block: "center" });
}
