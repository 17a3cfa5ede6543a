import { type ReactNode, useEffect } from "react";
import { TopBar } from "./TopBar";

interface Props {
  /** The heading, and the window's title. */
  title: string;
  /** Stands behind "Flows /" instead of the screens' names. */
  where?: ReactNode;
  /** Buttons beside the heading. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A screen that reads from top to bottom. The board and a call's trace make their own from TopBar and useTitle. */
export function Page({ title, where, actions, children }: Props) {
  useTitle(title);
  return (
    <>
      <TopBar where={where} />
      <div className="scroll">
        <main id="main" tabIndex={-1} className="page">
          <div className="page-head">
            <h1>{title}</h1>
            {actions}
          </div>
          {children}
        </main>
      </div>
    </>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}
