import { type ReactNode, useId } from "react";

export interface Control {
  id: string;
  required?: boolean;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
}

interface Props {
  label: ReactNode;
  help?: ReactNode;
  /** Takes the place of help. */
  error?: ReactNode;
  warning?: ReactNode;
  required?: boolean;
  className?: string;
  /** Draws the control: spread what it is given on an input, select or textarea. */
  children: (control: Control) => ReactNode;
}

/** A control with its label above, and help, a warning or an error below that is read out with it. */
export function Field({ label, help, error, warning, required, className = "", children }: Props) {
  const id = useId();
  const note = error || warning || help;
  const kind = error ? "error" : warning ? "warning" : "help";
  const control: Control = { id, required };
  if (error) control["aria-invalid"] = true;
  if (note) control["aria-describedby"] = `${id}-note`;
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>
        {label}
        {required && (
          <span className="must" aria-hidden>
            {" *"}
          </span>
        )}
      </label>
      {children(control)}
      {note && (
        <span id={`${id}-note`} className={kind} role={error ? "alert" : undefined}>
          {note}
        </span>
      )}
    </div>
  );
}
