/** The looks of the parts of a bar. Each has a pattern of its own, so that colours are not needed to tell them apart. */
export function Looks() {
  return (
    <svg className="looks" aria-hidden width={0} height={0}>
      <defs>
        <Look look={0} size={6} />
        <Look look={1} size={6} mark="M-1 1 L1 -1 M0 6 L6 0 M5 7 L7 5" />
        <Look look={2} size={5} mark="M2.5 1.5 v2 M1.5 2.5 h2" />
        <Look look={3} size={4} mark="M0 2 h4" />
        <Look look={4} size={6} mark="M-1 5 L1 7 M0 0 L6 6 M5 -1 L7 1" />
      </defs>
    </svg>
  );
}

function Look({ look, size, mark }: { look: number; size: number; mark?: string }) {
  return (
    <pattern id={`look-${look}`} className={`look-${look}`} width={size} height={size} patternUnits="userSpaceOnUse">
      <rect width={size} height={size} />
      {mark && <path d={mark} />}
    </pattern>
  );
}

/** What to fill a part with. */
export function fill(look: number): string {
  return `url(#look-${look})`;
}

/** A look beside its name. */
export function Swatch({ look }: { look: number }) {
  return (
    <svg className="swatch" aria-hidden width={14} height={14}>
      <rect width={14} height={14} rx={3} fill={fill(look)} />
    </svg>
  );
}
