/** Hosts as they are typed, one a line or with commas between; an address gives its host. */
export function hostsOf(typed: string): string[] {
  const each = typed.split(/[\s,;]+/).filter(Boolean);
  return [
    ...new Set(
      each.map((one) =>
        one
          .replace(/^https?:\/\//i, "")
          .replace(/[/?#].*$/, "")
          .toLowerCase(),
      ),
    ),
  ];
}

/** Why a secret can't be called that; "" when it can. */
export function wrongName(name: string, taken: string[]): string {
  if (!name) return "Give it a name, such as crm_token.";
  if (!/^\w{1,64}$/.test(name)) return "Use up to 64 letters, digits and underscores.";
  return taken.includes(name) ? "There is a secret of this name: replace that one, or take another name." : "";
}
