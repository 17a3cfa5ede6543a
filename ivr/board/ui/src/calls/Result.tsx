import { resultOf } from "../model/calls";

/** How a call ended; a dot pulses while it goes on. */
export function Result({ result }: { result: string }) {
  const { label, tone } = resultOf(result);
  return (
    <span className={`chip ${tone}`}>
      {result === "live" && <span className="pulse" aria-hidden />}
      {label}
    </span>
  );
}
