import { PhoneCall } from "lucide-react";
import { Page } from "../app/Page";
import { Empty } from "../kit/Empty";

export default function CallList() {
  return (
    <Page title="Calls">
      <Empty icon={PhoneCall} text="No calls yet. Every call shows up here while it lasts, and stays with what happened in it." />
    </Page>
  );
}
