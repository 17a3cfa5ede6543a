import { phone as t } from "../words/en/phone";

const keys = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
] as const;

const names: Record<string, string> = { "*": t.star, "#": t.hash };

/** Twelve keys. Without a call they do nothing. */
export function Keypad({ lit, live, onPress }: { lit: string; live: boolean; onPress: (key: string) => void }) {
  return (
    <div className="keypad" role="group" aria-label={t.keypad}>
      {keys.map(([key, letters]) => (
        <button
          key={key}
          type="button"
          className={key === lit ? "lit" : ""}
          aria-label={names[key] ?? key}
          aria-disabled={!live || undefined}
          onClick={() => live && onPress(key)}
        >
          <span>{key}</span>
          {letters && <small aria-hidden>{letters}</small>}
        </button>
      ))}
    </div>
  );
}
