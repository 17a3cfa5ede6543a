import { Dialog } from "../kit/Dialog";
import { useDesk } from "../model/desk";
import { caps } from "../words/caps";
import { common } from "../words/en/common";
import { overlays as t } from "../words/en/overlays";

const rows: [string, string][] = [
  ["A", t.findAnActionEnterAdds],
  ["Tab, Shift Tab", t.blocksInTheOrderOf],
  ["Alt arrows", t.alongTheWiresUpAnd],
  ["Enter, Esc", t.intoThePanelBackTo],
  ["Arrows, Shift arrows", t.moveBy8PxBy],
  ["C", t.connectAPortThenWhere],
  ["Ctrl Z, Ctrl Y", t.undoRedo],
  ["Ctrl C, X, V, D, Del", t.copyCutPasteAtThe],
  ["Ctrl A, Shift click, Shift drag", t.select],
  ["Ctrl K, Ctrl F", common.find],
  ["Ctrl S, Ctrl Enter", t.saveTheDraftNowPublish],
  ["F2, N, Shift T", t.renameTheBlockOrThe],
  ["Menu key, Shift F10", t.whatARightClickOffers],
  ["T", t.testCallThen0To],
  ["1, Shift 1, Shift 2", t.fitting],
  ["[ and ]", t.foldTheActionsFoldThe],
  ["?", t.thisTable],
];

/** What the keys do. */
export function Keys() {
  return (
    <Dialog title={t.keys} className="keys" wide onClose={() => useDesk.setState({ dialog: null })}>
      <div tabIndex={0} role="region" aria-label={t.allKeys}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t.keys}</th>
              <th scope="col">{t.whatTheyDo}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([keys, does]) => (
              <tr key={keys}>
                <th scope="row">
                  <kbd>{caps(keys)}</kbd>
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
