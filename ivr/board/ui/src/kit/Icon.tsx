import type { LucideIcon } from "lucide-react";

interface Props {
  of: LucideIcon;
  size?: number;
  className?: string;
  /** Only for an icon that says something no word beside it says. */
  label?: string;
}

export function Icon({ of: Drawn, size = 16, className = "", label }: Props) {
  const seen = label ? { role: "img", "aria-label": label } : { "aria-hidden": true };
  return <Drawn size={size} strokeWidth={1.9} className={`icon-svg ${className}`} {...seen} />;
}
