import { Compass } from "lucide-react";
import { Page } from "../frame/Page";
import { Empty } from "../kit/Empty";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";

export function NotFound() {
  return (
    <Page title="Page not found">
      <Empty icon={Compass} text="There is no page at this address. It may have been deleted, or mistyped.">
        <Link className="button" to={to.flows}>
          Open the flows
        </Link>
      </Empty>
    </Page>
  );
}
