import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

export interface Tab<Id extends string = string> {
  id: Id;
  label: ReactNode;
}

interface Props<Id extends string> {
  label: string;
  tabs: Tab<Id>[];
  chosen: Id;
  onChoose: (id: Id) => void;
  /** What the chosen tab shows. */
  children: ReactNode;
  className?: string;
}

/** Tabs over one panel. Arrows, Home and End choose; Tab goes on into the panel. */
export function Tabs<Id extends string>({ label, tabs, chosen, onChoose, children, className = "" }: Props<Id>) {
  const id = useId();
  const row = useRef<HTMLDivElement>(null);

  function pressed(event: KeyboardEvent) {
    const at = tabs.findIndex((tab) => tab.id === chosen);
    const last = tabs.length - 1;
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = (step + tabs.length) % tabs.length;
    const tab = tabs[index];
    if (!tab) return;
    onChoose(tab.id);
    row.current?.querySelectorAll<HTMLElement>("[role=tab]")[index]?.focus();
  }

  return (
    <>
      <div ref={row} role="tablist" aria-label={label} className={`tabs ${className}`} onKeyDown={pressed}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            className="tab"
            aria-selected={tab.id === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === chosen ? 0 : -1}
            onClick={() => onChoose(tab.id)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`} tabIndex={0} className="tabpanel">
        {children}
      </div>
    </>
  );
}
