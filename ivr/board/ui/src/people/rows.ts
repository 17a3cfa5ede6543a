import type { Schemas } from "../api/contract";
import type { Role } from "../api/session";

export type UserRow = Schemas["UserRow"];

/** What each role may do, besides what those before it may. */
export const does: Record<Role, string> = {
  viewer: "Looks, and makes test calls of live versions; no API is asked then.",
  editor: "Also changes drafts and sounds, and sends test requests.",
  publisher: "Also publishes, rolls back, and assigns numbers.",
  admin: "Also manages users and secrets.",
};

/** Why a user can't be called that; "" when they can. */
export function wrongUser(name: string, taken: string[]): string {
  if (!name) return "Give them a name, such as anna.";
  if (!/^[A-Za-z0-9]([A-Za-z0-9._@-]{0,62}[A-Za-z0-9])?$/.test(name) || name === "operator")
    return "Use up to 64 letters, digits, dots, hyphens, underscores and @.";
  return taken.includes(name) ? "There is a user of this name." : "";
}

/** Why it is no password; "" when it is one. */
export function wrongPassword(password: string): string {
  return password.length < 8 || password.length > 1000 ? "A password has 8 to 1000 characters." : "";
}
