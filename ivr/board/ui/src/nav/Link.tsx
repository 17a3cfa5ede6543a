import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { go } from "./routes";

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string };

/** A link to a screen of ours. Opening it in a new tab stays the browser's business. */
export function Link({ to, onClick, ...rest }: Props) {
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event);
    const aside = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (aside || event.defaultPrevented || rest.target) return;
    event.preventDefault();
    go(to);
  }
  return <a href={to} onClick={follow} {...rest} />;
}
