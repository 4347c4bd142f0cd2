import {
  AdminRecord,
  Delegate,
  DelegateTerm,
  ErrorBody,
  isTenant,
  NamespaceChange,
  NamespaceClaim,
  NamespaceList,
  NamespaceName,
  NewReport,
  NoticeList,
  ReportTaken,
  verifiedTenant,
} from "@lilux/protocol";
import { Type } from "typebox";
import type { TenantRecords } from "../records/tenant-records.ts";
import type { App } from "./create-app.ts";
import type { OrderRegistry } from "./order-registry.ts";

const TAGS = ["Registry"];
const ERRORS = { "4xx": ErrorBody, "5xx": ErrorBody };
const ADMINS = { verb: "admin" } as const;
const READERS = { verb: "read" } as const;
/** Whoever is let in at all. */
const ANYBODY = { verb: "predict" } as const;

const OneNamespace = Type.Object({ namespace: NamespaceName });
const After = Type.Object(
  { after: Type.Integer({ minimum: 0, default: 0 }) },
  { additionalProperties: false },
);
const Records = Type.Object({ records: Type.Array(AdminRecord) });
const OneDelegate = Type.Object({ namespace: NamespaceName, delegate: Delegate });

export interface RegistryRoutesDeps {
  order: OrderRegistry;
  /** A name that is a tenant's is that tenant's to claim. */
  records: TenantRecords | undefined;
}

/** `/v1/registry`: a tenant's namespaces, who publishes under them, and what it is told of. */
export function addRegistryRoutes(app: App, deps: RegistryRoutesDeps): void {
  addNamespaceRoutes(app, deps);
  addDelegateRoutes(app, deps);
  addReportRoutes(app, deps);
}

function addNamespaceRoutes(app: App, { order, records }: RegistryRoutesDeps): void {
  const listed = {
    operationId: "listNamespaces",
    tags: TAGS,
    summary: "List the tenant's namespaces in the registry, and who may publish under each",
    response: { 200: NamespaceList, ...ERRORS },
  };
  app.get("/v1/registry/namespaces", { schema: listed, config: READERS }, (request, reply) =>
    order({ request, reply }, { do: "list-namespaces" }, NamespaceList),
  );

  const claimed = {
    operationId: "claimNamespace",
    tags: TAGS,
    summary: "Claim a namespace for the tenant",
    body: NamespaceClaim,
    response: { 200: NamespaceList, ...ERRORS },
  };
  app.post(
    "/v1/registry/namespaces",
    { schema: claimed, config: ADMINS },
    async (request, reply) => {
      const { namespace } = request.body;
      // Told as any other name that cannot be had, so that no one learns who is a tenant here.
      const isTenants =
        namespace !== request.tenant &&
        isTenant(namespace) &&
        (await records?.store.tenant(verifiedTenant(namespace))) !== undefined;
      const claim = { do: "claim-namespace", namespace, isTenants } as const;
      return order({ request, reply }, claim, NamespaceList);
    },
  );

  const changed = {
    operationId: "changeNamespace",
    tags: TAGS,
    summary:
      "Say whether whoever may write publishes under a namespace, or only admins and its list",
    params: OneNamespace,
    body: NamespaceChange,
    response: { 200: NamespaceList, ...ERRORS },
  };
  app.patch(
    "/v1/registry/namespaces/:namespace",
    { schema: changed, config: ADMINS },
    (request, reply) => {
      const { params, body } = request;
      const wanted = { do: "change-namespace", ...params, ...body } as const;
      return order({ request, reply }, wanted, NamespaceList);
    },
  );
}

function addDelegateRoutes(app: App, { order }: RegistryRoutesDeps): void {
  const path = "/v1/registry/namespaces/:namespace/delegates/:delegate";
  const added = {
    operationId: "addDelegate",
    tags: TAGS,
    summary:
      "Let a person, a key or another tenant's signing key publish under a namespace, until a moment",
    params: OneDelegate,
    body: DelegateTerm,
    response: { 200: NamespaceList, ...ERRORS },
  };
  app.put(path, { schema: added, config: ADMINS }, (request, reply) => {
    const wanted = { do: "delegate", ...request.params, ...request.body } as const;
    return order({ request, reply }, wanted, NamespaceList);
  });

  const removed = {
    operationId: "removeDelegate",
    tags: TAGS,
    summary: "Let them publish no more, from this moment on",
    params: OneDelegate,
    response: { 200: NamespaceList, ...ERRORS },
  };
  app.delete(path, { schema: removed, config: ADMINS }, (request, reply) => {
    const wanted = { do: "undelegate", ...request.params } as const;
    return order({ request, reply }, wanted, NamespaceList);
  });
}

function addReportRoutes(app: App, { order }: RegistryRoutesDeps): void {
  const reported = {
    operationId: "reportItem",
    tags: TAGS,
    summary: "Report an item of the registry to whoever runs the server",
    body: NewReport,
    response: { 200: ReportTaken, ...ERRORS },
  };
  app.post("/v1/registry/reports", { schema: reported, config: ANYBODY }, (request, reply) =>
    order({ request, reply }, { do: "report", ...request.body }, ReportTaken),
  );

  const told = {
    operationId: "listNotices",
    tags: TAGS,
    summary: "What the tenant should know of items and libraries that it uses, oldest first",
    querystring: After,
    response: { 200: NoticeList, ...ERRORS },
  };
  app.get("/v1/registry/notices", { schema: told, config: READERS }, (request, reply) =>
    order({ request, reply }, { do: "list-notices", ...request.query }, NoticeList),
  );

  const recorded = {
    operationId: "listRegistryRecords",
    tags: TAGS,
    summary:
      "What was done in the registry to the tenant's namespaces and by it, as a chain of hashes",
    querystring: After,
    response: { 200: Records, ...ERRORS },
  };
  app.get("/v1/registry/records", { schema: recorded, config: ADMINS }, (request, reply) =>
    order({ request, reply }, { do: "list-records", ...request.query }, Records),
  );
}
