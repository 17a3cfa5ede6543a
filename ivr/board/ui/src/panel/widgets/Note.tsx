import { type ReactNode, useId } from "react";
import type { DrawGroup } from "./draw";

type Told = Pick<DrawGroup, "help" | "error" | "warning">;

/** What stands below a widget: an error, a warning, or help. */
export function Note({ id, help, error, warning }: Told & { id: string }) {
  const note = error || warning || help;
  if (!note) return null;
  return (
    <span id={id} className={error ? "error" : warning ? "warning" : "help"} role={error ? "alert" : undefined}>
      {note}
    </span>
  );
}

interface Props extends Told {
  label: string;
  required?: boolean;
  className?: string;
  bare?: boolean;
  children: ReactNode;
}

/** Several controls under one label. */
export function Several({ label, required, className = "", bare, children, ...note }: Props) {
  const id = useId();
  const told = note.error || note.warning || note.help;
  return (
    <div className={`field ${className}`} role="group" aria-labelledby={id} aria-describedby={told ? `${id}-note` : undefined}>
      <span id={id} className={bare ? "label hidden" : "label"}>
        {label}
        {required && (
          <span className="must" aria-hidden>
            {" *"}
          </span>
        )}
      </span>
      {children}
      <Note id={`${id}-note`} {...note} />
    </div>
  );
}
