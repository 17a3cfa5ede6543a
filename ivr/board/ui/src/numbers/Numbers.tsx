import { Hash } from "lucide-react";
import { Page } from "../app/Page";
import { Empty } from "../kit/Empty";

export default function Numbers() {
  return (
    <Page title="Numbers">
      <Empty icon={Hash} text="No numbers yet. A number decides which flow answers its calls." />
    </Page>
  );
}
