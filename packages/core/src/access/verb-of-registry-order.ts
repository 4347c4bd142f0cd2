import type { RegistryRequest, Verb } from "@lilux/protocol";

/** What somebody of a tenant has to be allowed for each order. */
const VERBS: Readonly<Record<RegistryRequest["order"]["do"], Verb>> = {
  "list-namespaces": "read",
  "claim-namespace": "admin",
  "change-namespace": "admin",
  delegate: "admin",
  undelegate: "admin",
  "give-namespace": "operate",
  report: "predict",
  "list-reports": "operate",
  "close-report": "operate",
  "take-down": "operate",
  "put-back": "operate",
  "list-take-downs": "operate",
  "list-notices": "read",
  "list-records": "admin",
  "show-publishers": "admin",
  "set-publishers": "admin",
  "publish-library": "write",
  "list-libraries": "read",
  subscribe: "write",
  "list-subscriptions": "read",
  "diff-library": "read",
  "apply-library": "write",
  "rollback-library": "write",
  unsubscribe: "write",
};

/** The operator, who is of no tenant, does everything as that; a tenant's admins look after their own alone. */
export function verbOfRegistryOrder(order: RegistryRequest["order"], tenant: string): Verb {
  const isOthers = "of" in order && order.of !== tenant;
  // A yes to what items may do beyond now is one that somebody else could have to give.
  if (order.do === "apply-library" && order.acceptEffects === true) return "approve";
  return tenant === "" || isOthers ? "operate" : VERBS[order.do];
}
