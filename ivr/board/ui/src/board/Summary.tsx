import { memo } from "react";
import { useBootstrap } from "../model/bootstrap";
import { segments } from "../model/references";

/** A text with its variables as marks, dollar sign and all. */
export const Summary = memo(function Summary({ text }: { text: string }) {
  const source = useBootstrap((state) => state.bootstrap?.reference ?? "");
  return (
    <p className={text.includes("://") ? "summary address" : "summary"}>
      {segments(text, source).map((segment, index) =>
        segment.name === undefined ? segment.text : <code key={index}>{segment.text}</code>,
      )}
    </p>
  );
});
