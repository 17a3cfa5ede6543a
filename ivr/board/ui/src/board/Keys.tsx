import { Dialog } from "../kit/Dialog";
import { useDesk } from "../model/desk";

const rows: [string, string][] = [
  ["A", "Find an action; Enter adds it behind the selected block"],
  ["Tab, Shift Tab", "Blocks in the order of the call, then wires"],
  ["Alt arrows", "Along the wires; up and down between ports"],
  ["Enter, Esc", "Into the panel; back to the block, then nothing selected"],
  ["Arrows, Shift arrows", "Move by 8 px, by 32 px"],
  ["C", "Connect: a port, then where it leads"],
  ["Ctrl Z, Ctrl Y", "Undo, redo"],
  ["Ctrl C, X, V, D, Del", "Copy, cut, paste at the pointer, duplicate, delete"],
  ["Ctrl A, Shift click, Shift drag", "Select"],
  ["Ctrl K, Ctrl F", "Find"],
  ["Ctrl S, Ctrl Enter", "Save the draft now, publish"],
  ["F2, N, Shift T", "Rename the block, or the flow when none is selected; note; tidy up"],
  ["Menu key, Shift F10", "What a right click offers, such as a test call from this block on"],
  ["T", "Test call; then 0 to 9 * # press, H hangs up"],
  ["1, Shift 1, Shift 2", "100 %, fit the flow, fit the selection"],
  ["[ and ]", "Fold the actions, fold the panel"],
  ["?", "This table"],
];

/** What the keys do. */
export function Keys() {
  return (
    <Dialog title="Keys" className="keys" wide onClose={() => useDesk.setState({ dialog: null })}>
      <div tabIndex={0} role="region" aria-label="All keys">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Keys</th>
              <th scope="col">What they do</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([keys, does]) => (
              <tr key={keys}>
                <th scope="row">
                  <kbd>{keys}</kbd>
                </th>
                <td>{does}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}
