import type { ReactNode } from "react";
import { axis, type By, barName } from "../model/figures";
import { number } from "../words/fill";

const room = 22;

interface Props {
  /** What the drawing shows, in a sentence. */
  summary: string;
  height: number;
  /** The highest bar. */
  most: number;
  by: By;
  times: readonly number[];
  /** The bars, in SVG; `tall` is how high so many are. */
  children: (tall: (count: number) => number) => ReactNode;
}

/** Bars in the course of time: their scale on the left, their hours or days below. */
export function Plot({ summary, height, most, by, times, children }: Props) {
  const { top, step } = axis(most);
  const every = Math.ceil(times.length / 8);
  const ticks = Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
  return (
    <div className="plot">
      <div className="ticks" aria-hidden style={{ height }}>
        {ticks.map((tick) => (
          <span key={tick} style={{ bottom: `${(tick / top) * 100}%` }}>
            {number(tick)}
          </span>
        ))}
      </div>
      <svg role="img" aria-label={summary} width="100%" height={height + room}>
        {ticks.map((tick) => (
          <line key={tick} className="grid" x1="0" x2="100%" y1={height * (1 - tick / top)} y2={height * (1 - tick / top)} />
        ))}
        {children((count) => (count / top) * height)}
        {times.map((at, index) =>
          index % every ? null : (
            <text key={at} x={`${((index + 0.5) * 100) / times.length}%`} y={height + 16} textAnchor="middle">
              {barName(at, by)}
            </text>
          ),
        )}
      </svg>
    </div>
  );
}
