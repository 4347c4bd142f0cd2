import type { RegistryActor } from "@lilux/database";
import type { RegistryOrder, Tenant } from "@lilux/protocol";
import type { RegistryParts } from "../registry-parts.ts";
import { closeReport, type OnModerated, putBack, report, takeDown } from "./moderation-orders.ts";
import { namedTenant } from "./named-tenant.ts";
import {
  changeNamespace,
  claimNamespace,
  delegate,
  giveNamespace,
  listNamespaces,
  undelegate,
} from "./namespace-orders.ts";

/** Does what the registry is ordered to. Whether the caller may was looked at at the door. */
export async function answerOrder(
  parts: RegistryParts,
  { tenant, person, order }: { tenant: Tenant; person: string; order: RegistryOrder },
  onModerated: OnModerated,
): Promise<unknown> {
  const by: RegistryActor = { tenant, person, at: parts.now() };
  const { run } = parts.ask;
  switch (order.do) {
    case "list-namespaces":
      return listNamespaces(parts, by);
    case "claim-namespace":
      return claimNamespace(parts, by, order);
    case "change-namespace":
      return changeNamespace(parts, by, order);
    case "delegate":
      return delegate(parts, by, order);
    case "undelegate":
      return undelegate(parts, by, order);
    case "give-namespace":
      return giveNamespace(parts, by, order);
    case "report":
      return report(parts, by, order);
    case "list-reports":
      return { reports: await run("administer", (store) => store.reports(order.after)) };
    case "close-report":
      return closeReport(parts, by, order);
    case "take-down":
      return takeDown(parts, by, { order, onModerated });
    case "put-back":
      return putBack(parts, by, { order, onModerated });
    case "list-take-downs":
      return { takeDowns: await run("administer", (store) => store.takeDowns()) };
    case "list-notices": {
      const wanted = { tenant, after: order.after };
      return { notices: await run("administer", (store) => store.notices(wanted)) };
    }
    case "list-records": {
      const wanted = { tenant, after: order.after };
      return { records: await run("administer", (store) => store.records(wanted)) };
    }
    case "show-publishers":
      return {
        publishers: await run("administer", (store) =>
          store.publishers(namedTenant("of", order.of)),
        ),
      };
    case "set-publishers": {
      const { publishers } = order;
      const of = namedTenant("of", order.of);
      await run("administer", (store) => store.setPublishers({ of, publishers, by }));
      return { publishers };
    }
  }
}
