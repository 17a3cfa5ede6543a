import { PhoneCall } from "lucide-react";
import { Page } from "../app/Page";
import { Empty } from "../kit/Empty";

export default function CallTrace({ call }: { call: string }) {
  return (
    <Page title="Call">
      <Empty icon={PhoneCall} text={`Nothing is known about a call ${call}.`} />
    </Page>
  );
}
