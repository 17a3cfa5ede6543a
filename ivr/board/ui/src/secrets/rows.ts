import { secrets as t } from "../words/en/secrets";
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
  if (!name) return t.giveItANameSuch;
  if (!/^\w{1,64}$/.test(name)) return t.useUpTo64Letters;
  return taken.includes(name) ? t.thereIsASecretOf : "";
}
