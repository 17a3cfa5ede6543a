import type { Schemas } from "../api/contract";
import type { Role } from "../api/session";
import { people as t } from "../words/en/people";

export type UserRow = Schemas["UserRow"];

/** What each role may do, besides what those before it may. */
export const does: Record<Role, string> = {
  viewer: t.looksAndMakesTestCalls,
  editor: t.alsoChangesDraftsAndSounds,
  publisher: t.alsoPublishesRollsBackAnd,
  admin: t.alsoManagesUsersAndSecrets,
};

/** Why a user can't be called that; "" when they can. */
export function wrongUser(name: string, taken: string[]): string {
  if (!name) return t.giveThemANameSuch;
  if (!/^[A-Za-z0-9]([A-Za-z0-9._@-]{0,62}[A-Za-z0-9])?$/.test(name) || name === "operator") return t.useUpTo64Letters;
  return taken.includes(name) ? t.thereIsAUserOf : "";
}

/** Why it is no password; "" when it is one. */
export function wrongPassword(password: string): string {
  return password.length < 8 || password.length > 1000 ? t.aPasswordHas8To : "";
}
