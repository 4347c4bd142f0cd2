import type { LibraryOrder, RegistryRequest } from "@lilux/protocol";
import type { RegistryCaller } from "../registry-caller.ts";
import type { LibraryContext } from "./library-context.ts";
import { publishLibrary, shownLibrary } from "./publish-library.ts";
import {
  applyUpdate,
  diffUpdate,
  listSubscriptions,
  rollback,
  subscribe,
  unsubscribe,
} from "./subscription-orders.ts";
import { updateSubscribers } from "./update-subscribers.ts";

const LIBRARY_ORDERS: ReadonlySet<string> = new Set<LibraryOrder["do"]>([
  "publish-library",
  "list-libraries",
  "subscribe",
  "list-subscriptions",
  "diff-library",
  "apply-library",
  "rollback-library",
  "unsubscribe",
]);

export function isLibraryOrder(order: RegistryRequest["order"]): order is LibraryOrder {
  return LIBRARY_ORDERS.has(order.do);
}

/** Does what is ordered about shared libraries. Whether the caller may was looked at at the door. */
export async function answerLibraryOrder(
  context: LibraryContext,
  caller: RegistryCaller,
  order: LibraryOrder,
): Promise<unknown> {
  const { tenant, person } = caller;
  const who = { tenant, person };
  switch (order.do) {
    case "publish-library": {
      const published = await publishLibrary(context, caller, order);
      // Nobody who publishes waits for those who subscribe.
      void updateSubscribers(context, order.library).catch(context.onFault);
      return published;
    }
    case "list-libraries": {
      const wanted = { tenant, namespace: order.namespace };
      const known = await context.parts.ask.run("open", (store) => store.libraries(wanted));
      return { libraries: known.map(shownLibrary) };
    }
    case "subscribe":
      return subscribe(context, who, order);
    case "list-subscriptions":
      return listSubscriptions(context, who);
    case "diff-library":
      return diffUpdate(context, who, order);
    case "apply-library":
      return applyUpdate(context, who, order);
    case "rollback-library":
      return rollback(context, who, order);
    case "unsubscribe":
      return unsubscribe(context, who, order);
  }
}
