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

/** A box, for what the server has no icon of. */
const plain = "M4 4h16v16H4Z";

/** An icon that the server says, as path data in a box of 24 by 24. */
export function PathIcon({ d = plain, size = 16 }: { d?: string; size?: number }) {
  const box = { width: size, height: size, viewBox: "0 0 24 24" };
  const stroke = {
    fill: "none",
    stroke: "currentColor",
    strokeWidth: 1.9,
    strokeLinecap: "round",
    strokeLinejoin: "round",
  } as const;
  return (
    <svg {...box} {...stroke} className="icon-svg" aria-hidden>
      <path d={d} />
    </svg>
  );
}
