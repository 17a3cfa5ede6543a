import { PathIcon } from "../kit/Icon";
import { categoryOf } from "../model/summary";
import type { Action } from "../model/types";

/** The picture of an action in the colour of its group. */
export function Tile({ action, size = 28 }: { action: Action | undefined; size?: number }) {
  return (
    <span className={`tile ${categoryOf(action)}`} style={{ width: size, height: size }}>
      <PathIcon d={action?.icon} size={size > 26 ? 16 : 14} />
    </span>
  );
}
