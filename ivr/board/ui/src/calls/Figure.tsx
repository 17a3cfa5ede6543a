import type { ReactNode } from "react";

interface Props {
  title: string;
  /** What the drawing shows, in a sentence. */
  summary: string;
  children: ReactNode;
  table: ReactNode;
}

/** A figure with its heading, its drawing, and the numbers of it. */
export function Figure({ title, summary, children, table }: Props) {
  return (
    <figure className="card figure">
      <figcaption>
        <h2>{title}</h2>
        <p>{summary}</p>
      </figcaption>
      {children}
      <details>
        <summary>Numbers</summary>
        <div className="numbers" tabIndex={0} role="region" aria-label={`Numbers: ${title}`}>
          {table}
        </div>
      </details>
    </figure>
  );
}
