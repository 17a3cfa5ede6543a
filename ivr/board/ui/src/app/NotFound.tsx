import { Compass } from "lucide-react";
import { Page } from "../frame/Page";
import { Empty } from "../kit/Empty";
import { Link } from "../nav/Link";
import { to } from "../nav/routes";
import { app as t } from "../words/en/app";

export function NotFound() {
  return (
    <Page title={t.pageNotFound}>
      <Empty icon={Compass} text={t.thereIsNoPageAt}>
        <Link className="button" to={to.flows}>
          {t.openTheFlows}
        </Link>
      </Empty>
    </Page>
  );
}
