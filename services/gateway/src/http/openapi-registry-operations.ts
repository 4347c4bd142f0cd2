import type { OperationText } from "./openapi-text.ts";

/** Those of the registry, by method and path. */
export const REGISTRY_OPERATIONS: Readonly<Record<string, OperationText>> = {
  "POST /v1/hooks/git/{tenant}": {
    operationId: "tellOfPush",
    tag: "Library",
    isSignedByGit: true,
    description:
      "A Git server tells that something was pushed to the repository that the tenant's library lives in: it is looked at, and nothing else is done. A signature that is not the library's, a tenant without such a library and one that does not exist are answered alike, with 401. Sixty a minute for one tenant.",
    answer: "It will be looked at.",
  },
  "GET /v1/registry/namespaces": {
    operationId: "listNamespaces",
    tag: "Registry",
    description:
      "Lists the namespaces of the tenant in the registry, and who may publish under each.",
    answer: "The namespaces.",
  },
  "POST /v1/registry/namespaces": {
    operationId: "claimNamespace",
    tag: "Registry",
    description:
      "Claims a namespace for the tenant. One that is somebody else's, reserved, or read as somebody else's is refused.",
    answer: "The tenant's namespaces.",
  },
  "PATCH /v1/registry/namespaces/{namespace}": {
    operationId: "changeNamespace",
    tag: "Registry",
    description:
      "Says whether whoever may write publishes under a namespace, or only admins and those on its list.",
    answer: "The tenant's namespaces.",
  },
  "PUT /v1/registry/namespaces/{namespace}/delegates/{delegate}": {
    operationId: "addDelegate",
    tag: "Registry",
    description:
      "Lets a person or key of the tenant, or whoever signs elsewhere with a key, publish under a namespace, until a moment if one is given.",
    answer: "The tenant's namespaces.",
  },
  "DELETE /v1/registry/namespaces/{namespace}/delegates/{delegate}": {
    operationId: "removeDelegate",
    tag: "Registry",
    description: "Lets them publish no more, from this moment on.",
    answer: "The tenant's namespaces.",
  },
  "POST /v1/registry/reports": {
    operationId: "reportItem",
    tag: "Registry",
    description:
      "Reports an item of the registry to whoever runs the server. So many an hour; an item that was reported is reported once.",
    answer: "The report's number.",
  },
  "GET /v1/registry/notices": {
    operationId: "listNotices",
    tag: "Registry",
    description:
      "What the tenant should know of items and libraries that it uses: taken down, put back, updated.",
    answer: "A page of notices, oldest first.",
  },
  "GET /v1/registry/records": {
    operationId: "listRegistryRecords",
    tag: "Registry",
    description:
      "What was done in the registry to the tenant's namespaces and by it. Each record holds the hash of the one before it.",
    answer: "A page of records, oldest first.",
  },
  "GET /v1/admin/registry/reports": {
    operationId: "listRegistryReports",
    tag: "Admin",
    description: "Lists what was reported and not answered yet.",
    answer: "A page of reports, oldest first.",
  },
  "DELETE /v1/admin/registry/reports/{reportId}": {
    operationId: "closeReport",
    tag: "Admin",
    description: "Closes a report without taking anything down.",
    answer: "The report's number.",
  },
  "GET /v1/admin/registry/take-downs": {
    operationId: "listTakeDowns",
    tag: "Admin",
    description: "Lists what is taken down, and why.",
    answer: "The items, last taken down first.",
  },
  "POST /v1/admin/registry/take-downs": {
    operationId: "takeDownItem",
    tag: "Admin",
    description:
      "Takes an item down: it is not found, pulled or run any more, also where it was pulled before. Whoever has it is told.",
    answer: "How many tenants were told.",
  },
  "POST /v1/admin/registry/put-backs": {
    operationId: "putBackItem",
    tag: "Admin",
    description: "Puts an item back that was taken down, and tells whoever has it.",
    answer: "How many tenants were told.",
  },
  "GET /v1/admin/registry/namespaces": {
    operationId: "listAllNamespaces",
    tag: "Admin",
    description: "Lists the namespaces of all tenants.",
    answer: "The namespaces.",
  },
  "PUT /v1/admin/registry/namespaces/{namespace}": {
    operationId: "giveNamespace",
    tag: "Admin",
    description:
      "Transfers a namespace to a tenant, or reserves it for nobody. Its list of delegates is emptied.",
    answer: "All namespaces.",
  },
  "GET /v1/admin/registry/records": {
    operationId: "listModerationRecords",
    tag: "Admin",
    description:
      "What the operator did in the registry. Each record holds the hash of the one before it.",
    answer: "A page of records, oldest first.",
  },
  "GET /v1/admin/tenants/{tenant}/publishers": {
    operationId: "showPublishers",
    tag: "Admin",
    description: "Shows whose items a tenant takes from the registry; null: everybody's.",
    answer: "The publishers.",
  },
  "PUT /v1/admin/tenants/{tenant}/publishers": {
    operationId: "setPublishers",
    tag: "Admin",
    description:
      "Says whose items a tenant takes from the registry, beside its own: null for everybody's.",
    answer: "The publishers.",
  },
  "POST /v1/libraries": {
    operationId: "publishLibrary",
    tag: "Registry",
    description:
      "Publishes a set of items as a version of a library, each by the hash and the signature of a version that its namespace has published. Versions never change.",
    answer: "The library at that version.",
  },
  "GET /v1/libraries": {
    operationId: "listLibraries",
    tag: "Registry",
    description:
      "Lists libraries: the tenant's own, and everybody's public ones, each version with its items.",
    answer: "The libraries.",
  },
  "GET /v1/subscriptions": {
    operationId: "listSubscriptions",
    tag: "Registry",
    description:
      "Lists what the tenant subscribes to: what is applied, which update waits, which items its own hide, and which were taken down.",
    answer: "The subscriptions.",
  },
  "POST /v1/subscriptions": {
    operationId: "subscribe",
    tag: "Registry",
    description:
      "Subscribes to a library at a version or a range, or changes that. Nothing is applied by it: the diff comes first.",
    answer: "The subscriptions.",
  },
  "DELETE /v1/subscriptions/{namespace}/{name}": {
    operationId: "unsubscribe",
    tag: "Registry",
    description: "Ends a subscription. Its items are gone from the tenant's library.",
    answer: "The subscriptions.",
  },
  "GET /v1/subscriptions/{namespace}/{name}/diff": {
    operationId: "diffSubscription",
    tag: "Registry",
    description:
      "Shows what the newest version that fits would change: items that came, went or changed, with the difference of their texts. What items may do beyond now stands first.",
    answer: "The diff, and its digest, which applying names.",
  },
  "POST /v1/subscriptions/{namespace}/{name}/apply": {
    operationId: "applyUpdate",
    tag: "Registry",
    description:
      "Applies the update whose diff was shown, or nothing. Where items may do more than now it wants acceptEffects, of somebody who may approve.",
    answer: "The subscriptions.",
  },
  "POST /v1/subscriptions/{namespace}/{name}/rollback": {
    operationId: "rollbackSubscription",
    tag: "Registry",
    description: "Goes back to the version before. Patches no longer apply by themselves.",
    answer: "The subscriptions.",
  },
};
