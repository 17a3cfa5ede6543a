import type { ReactNode } from "react";
import { calls as t } from "../words/en/calls";
import { fill } from "../words/fill";

interface Props {
  title: string;
  /** What the drawing shows, in a sentence. */
  summary: string;
  children: ReactNode;
  table: ReactNode;
  /** As wide as all of them. */
  wide?: boolean;
}

/** A figure with its heading, its drawing, and the numbers of it. */
export function Figure({ title, summary, children, table, wide }: Props) {
  return (
    <figure className={wide ? "card figure wide" : "card figure"}>
      <figcaption>
        <h2>{title}</h2>
        <p>{summary}</p>
      </figcaption>
      {children}
      <details>
        <summary>{t.figures}</summary>
        <div className="numbers" tabIndex={0} role="region" aria-label={fill(t.numbers, { name: title })}>
          {table}
        </div>
      </details>
    </figure>
  );
}
