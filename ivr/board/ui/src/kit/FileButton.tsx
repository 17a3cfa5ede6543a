import type { LucideIcon } from "lucide-react";
import { useRef } from "react";
import { Button } from "./Button";

interface Props {
  icon: LucideIcon;
  label: string;
  accept: string;
  busy?: boolean;
  several?: boolean;
  kind?: "plain" | "primary" | "link";
  onFiles: (files: File[]) => void;
}

/** A button that asks for files of this computer. */
export function FileButton({ icon, label, accept, busy, several, kind, onFiles }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button icon={icon} kind={kind} busy={busy} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={several}
        aria-label={label}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}
