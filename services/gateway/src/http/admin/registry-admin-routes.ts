import {
  AdminRecord,
  AllowedPublishers,
  NamespaceList,
  NamespaceName,
  NamespaceOwner,
  NewReport,
  ReportList,
  ReportTaken,
  TakeDownList,
  Told,
} from "@lilux/protocol";
import { Type } from "typebox";
import type { App } from "../create-app.ts";
import type { OrderRegistry } from "../order-registry.ts";
import { ADMIN_ERRORS, ADMIN_TAGS, ADMINS, OneTenant, OPERATORS } from "./admin-context.ts";

const After = Type.Object(
  { after: Type.Integer({ minimum: 0, default: 0 }) },
  { additionalProperties: false },
);
const OneReport = Type.Object({ reportId: Type.Integer({ minimum: 1 }) });
const { reason: _, ...named } = NewReport.properties;
const NamedItem = Type.Object(named, { additionalProperties: false });
const Records = Type.Object({ records: Type.Array(AdminRecord) });

/** `/v1/admin/registry`: the operator's moderation, and whose items a tenant takes. */
export function addRegistryAdminRoutes(app: App, order: OrderRegistry): void {
  addModerationRoutes(app, order);
  addOwnershipRoutes(app, order);
  addPublisherRoutes(app, order);
}

function addModerationRoutes(app: App, order: OrderRegistry): void {
  const reports = {
    operationId: "listRegistryReports",
    tags: ADMIN_TAGS,
    summary: "List what was reported and not answered yet, oldest first",
    querystring: After,
    response: { 200: ReportList, ...ADMIN_ERRORS },
  };
  app.get("/v1/admin/registry/reports", { schema: reports, ...OPERATORS }, (request, reply) =>
    order({ request, reply }, { do: "list-reports", ...request.query }, ReportList),
  );

  const closed = {
    operationId: "closeReport",
    tags: ADMIN_TAGS,
    summary: "Close a report without taking anything down",
    params: OneReport,
    response: { 200: ReportTaken, ...ADMIN_ERRORS },
  };
  app.delete(
    "/v1/admin/registry/reports/:reportId",
    { schema: closed, ...OPERATORS },
    (request, reply) =>
      order({ request, reply }, { do: "close-report", ...request.params }, ReportTaken),
  );

  const downs = {
    operationId: "listTakeDowns",
    tags: ADMIN_TAGS,
    summary: "List what is taken down",
    response: { 200: TakeDownList, ...ADMIN_ERRORS },
  };
  app.get("/v1/admin/registry/take-downs", { schema: downs, ...OPERATORS }, (request, reply) =>
    order({ request, reply }, { do: "list-take-downs" }, TakeDownList),
  );

  const down = {
    operationId: "takeDownItem",
    tags: ADMIN_TAGS,
    summary:
      "Take an item down: it is not found, pulled or run any more, and whoever has it is told",
    body: NewReport,
    response: { 200: Told, ...ADMIN_ERRORS },
  };
  app.post("/v1/admin/registry/take-downs", { schema: down, ...OPERATORS }, (request, reply) =>
    order({ request, reply }, { do: "take-down", ...request.body }, Told),
  );

  const back = {
    operationId: "putBackItem",
    tags: ADMIN_TAGS,
    summary: "Put an item back that was taken down",
    body: NamedItem,
    response: { 200: Told, ...ADMIN_ERRORS },
  };
  app.post("/v1/admin/registry/put-backs", { schema: back, ...OPERATORS }, (request, reply) =>
    order({ request, reply }, { do: "put-back", ...request.body }, Told),
  );
}

function addOwnershipRoutes(app: App, order: OrderRegistry): void {
  const all = {
    operationId: "listAllNamespaces",
    tags: ADMIN_TAGS,
    summary: "List the namespaces of all tenants",
    response: { 200: NamespaceList, ...ADMIN_ERRORS },
  };
  app.get("/v1/admin/registry/namespaces", { schema: all, ...OPERATORS }, (request, reply) =>
    order({ request, reply }, { do: "list-namespaces" }, NamespaceList),
  );

  const given = {
    operationId: "giveNamespace",
    tags: ADMIN_TAGS,
    summary: "Transfer a namespace to a tenant, or reserve it; its list of delegates is emptied",
    params: Type.Object({ namespace: NamespaceName }),
    body: NamespaceOwner,
    response: { 200: NamespaceList, ...ADMIN_ERRORS },
  };
  app.put(
    "/v1/admin/registry/namespaces/:namespace",
    { schema: given, ...OPERATORS },
    (request, reply) => {
      const wanted = { do: "give-namespace", ...request.params, ...request.body } as const;
      return order({ request, reply }, wanted, NamespaceList);
    },
  );

  const recorded = {
    operationId: "listModerationRecords",
    tags: ADMIN_TAGS,
    summary: "What the operator did in the registry, as a chain of hashes",
    querystring: After,
    response: { 200: Records, ...ADMIN_ERRORS },
  };
  app.get("/v1/admin/registry/records", { schema: recorded, ...OPERATORS }, (request, reply) =>
    order({ request, reply }, { do: "list-records", ...request.query }, Records),
  );
}

function addPublisherRoutes(app: App, order: OrderRegistry): void {
  const path = "/v1/admin/tenants/:tenant/publishers";
  const shown = {
    operationId: "showPublishers",
    tags: ADMIN_TAGS,
    summary: "Show whose items a tenant takes from the registry; null: everybody's",
    params: OneTenant,
    response: { 200: AllowedPublishers, ...ADMIN_ERRORS },
  };
  app.get(path, { schema: shown, ...ADMINS }, (request, reply) => {
    const wanted = { do: "show-publishers", of: request.params.tenant } as const;
    return order({ request, reply }, wanted, AllowedPublishers);
  });

  const set = {
    operationId: "setPublishers",
    tags: ADMIN_TAGS,
    summary: "Say whose items a tenant takes from the registry, beside its own",
    params: OneTenant,
    body: AllowedPublishers,
    response: { 200: AllowedPublishers, ...ADMIN_ERRORS },
  };
  app.put(path, { schema: set, ...ADMINS }, (request, reply) => {
    const wanted = { do: "set-publishers", of: request.params.tenant, ...request.body } as const;
    return order({ request, reply }, wanted, AllowedPublishers);
  });
}
