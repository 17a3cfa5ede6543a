import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";
import { Icon } from "./Icon";
import { Tooltip } from "./Tooltip";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "aria-label">;

interface Props extends Native {
  kind?: "plain" | "primary" | "danger" | "quiet" | "link";
  size?: "small";
  icon?: LucideIcon;
  /** Something runs: the button waits, keeps its focus, and answers no click. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

function classes(...names: (string | false | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}

export function Button({ kind = "plain", size, icon, busy, className, children, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={classes("button", kind, size, className)}
      aria-disabled={busy || rest["aria-disabled"]}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
    >
      {icon && <Icon of={icon} />}
      {children}
    </button>
  );
}

interface IconProps extends Omit<Props, "icon" | "children"> {
  icon: LucideIcon;
  /** Its name for those who hear it, and its tooltip. */
  label: string;
  /** Keys that do the same, shown in the tooltip: "Ctrl Z". */
  keys?: string;
}

/** A button that is only an icon: its label is read out and shown on hover and focus. */
export function IconButton({ icon, label, keys, kind = "quiet", size, className, busy, onClick, ...rest }: IconProps) {
  return (
    <Tooltip text={label} keys={keys} names>
      <button
        type="button"
        {...rest}
        className={classes("button", "icon", kind, size, className)}
        aria-label={label}
        aria-disabled={busy || rest["aria-disabled"]}
        onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
      >
        <Icon of={icon} />
      </button>
    </Tooltip>
  );
}
