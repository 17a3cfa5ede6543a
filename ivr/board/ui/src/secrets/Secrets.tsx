import { KeyRound } from "lucide-react";
import { Page } from "../app/Page";
import { Empty } from "../kit/Empty";

export default function Secrets() {
  return (
    <Page title="Secrets">
      <Empty icon={KeyRound} text="No secrets yet. A secret is kept encrypted, and flows use it by its name." />
    </Page>
  );
}
