import { Fragment, useState } from "react";
import { panel as t } from "../words/en/panel";

/** Words from a declaration: what stands between backticks is code. */
export function Prose({ text }: { text: string }) {
  return text
    .split("`")
    .map((part, index) => (index % 2 ? <code key={index}>{part}</code> : <Fragment key={index}>{part}</Fragment>));
}

/** The end of the first sentence, if another one follows. */
function firstEnd(text: string): number {
  const match = /^(?:[^`.]|`[^`]*`|\.(?!\s+[A-Z“`]))*\.(?=\s+[A-Z“`])/.exec(text);
  return match ? match[0].length : text.length;
}

/** Help below a field: its first sentence, and the rest on demand. */
export function Help({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const end = firstEnd(text);
  if (end >= text.length || text.length < 90) return <Prose text={text} />;
  return (
    <>
      <Prose text={open ? text : text.slice(0, end)} />{" "}
      <button type="button" className="more" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? t.lessProse : t.moreProse}
      </button>
    </>
  );
}
