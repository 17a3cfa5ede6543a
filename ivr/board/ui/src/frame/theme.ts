import { create } from "zustand";

export type Theme = "system" | "light" | "dark";

const key = "ivr.theme";
const order: Theme[] = ["system", "light", "dark"];

/** What was remembered, or "system" for anything else. */
export function readTheme(stored: string | null): Theme {
  return order.find((theme) => theme === stored) ?? "system";
}

/** The choice after this one. */
export function nextTheme(theme: Theme): Theme {
  return order[(order.indexOf(theme) + 1) % order.length] ?? "system";
}

function remembered(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // a browser may forbid it: then nothing is remembered
  }
}

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

interface ThemeStore {
  theme: Theme;
  choose: (theme: Theme) => void;
}

export const useTheme = create<ThemeStore>((set) => ({
  theme: readTheme(remembered()),
  choose: (theme) => {
    apply(theme);
    set({ theme });
    try {
      localStorage.setItem(key, theme);
    } catch {
      // not remembered, see above
    }
  },
}));

/** Before the first paint. */
export function startTheme(): void {
  apply(useTheme.getState().theme);
}
