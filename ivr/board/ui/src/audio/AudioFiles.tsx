import { Music } from "lucide-react";
import { Page } from "../app/Page";
import { Empty } from "../kit/Empty";

export default function AudioFiles() {
  return (
    <Page title="Audio">
      <Empty icon={Music} text="No audio files yet. Whatever callers are to hear can be put here." />
    </Page>
  );
}
