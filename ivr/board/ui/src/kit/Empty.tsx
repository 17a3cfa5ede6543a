import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { kit as t } from "../words/en/kit";
import { Icon } from "./Icon";

/** What a screen says when there is nothing on it yet: a sentence, and what to do (buttons as children). */
export function Empty({ icon, text, children }: { icon: LucideIcon; text: ReactNode; children?: ReactNode }) {
  return (
    <div className="card empty">
      <Icon of={icon} size={28} />
      <p>{text}</p>
      {children && <div className="row">{children}</div>}
    </div>
  );
}

/** A bar along the top, from 300 ms on. */
export function Loading() {
  return <div className="loading" role="progressbar" aria-label={t.loading} />;
}
