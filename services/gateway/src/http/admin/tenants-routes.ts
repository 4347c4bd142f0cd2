import type { TenantChange } from "@lilux/database";
import {
  LiluxError,
  LOCAL_TENANT,
  SignIn,
  TenantLimitsGiven,
  TenantName,
  TenantRecord,
  TenantSettings,
  TenantSettingsChange,
  TextEnum,
} from "@lilux/protocol";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { assertKnownModels } from "../../settings/check-models.ts";
import type { App } from "../create-app.ts";
import {
  ADMIN_ERRORS,
  ADMIN_TAGS,
  ADMINS,
  AdminPage,
  type AdminRoutesDeps,
  actOf,
  NextName,
  nextNameOf,
  noSuch,
  OneTenant,
  OPERATORS,
  recordsOf,
  tenantOfRoute,
} from "./admin-context.ts";

const Plan = Type.String({ minLength: 1, maxLength: 64 });
const NewTenantBody = Type.Object(
  {
    tenant: TenantName,
    plan: Type.Optional(Plan),
    limits: Type.Optional(TenantLimitsGiven),
    settings: Type.Optional(TenantSettings),
  },
  { additionalProperties: false },
);
const TenantPatch = Type.Object(
  {
    state: Type.Optional(TextEnum(["active", "suspended"])),
    plan: Type.Optional(Plan),
    limits: Type.Optional(TenantLimitsGiven),
    settings: Type.Optional(TenantSettings),
    signIn: Type.Optional(Type.Union([SignIn, Type.Null()])),
  },
  { additionalProperties: false },
);
const TenantList = Type.Object({
  tenants: Type.Array(TenantRecord),
  next: NextName,
});

/** `/v1/admin/tenants`: companies, as the one who runs the server sees them. */
export function addTenantsRoutes(app: App, deps: AdminRoutesDeps): void {
  const created = {
    operationId: "createTenant",
    tags: ADMIN_TAGS,
    summary: "Create a tenant",
    body: NewTenantBody,
    response: { 201: TenantRecord, ...ADMIN_ERRORS },
  };
  app.post("/v1/admin/tenants", { schema: created, ...OPERATORS }, async (request, reply) => {
    const { store, directory, keeper } = recordsOf(deps);
    const { plan = "standard", limits = {}, settings = {} } = request.body;
    const tenant = tenantOfRoute(request.body);
    if (tenant === LOCAL_TENANT) throw new LiluxError("tenant_exists");
    const wanted = { tenant, before: {}, after: settings, caller: request.caller };
    await assertKnownModels(wanted, deps.listModels);
    const given = { tenant, plan, limits, settings };
    const record = await store.createTenant(given, actOf(request, deps.now));
    await directory.refresh();
    keeper.changed(record);
    return reply.code(201).send(record);
  });

  const listed = {
    operationId: "listTenants",
    tags: ADMIN_TAGS,
    summary: "List tenants by name",
    querystring: AdminPage,
    response: { 200: TenantList, ...ADMIN_ERRORS },
  };
  app.get("/v1/admin/tenants", { schema: listed, ...OPERATORS }, async ({ query }) => {
    const tenants = await recordsOf(deps).store.tenants(query);
    const names = tenants.map(({ tenant }) => tenant);
    return { tenants, next: nextNameOf(names, query.limit) };
  });

  const shown = {
    operationId: "showTenant",
    tags: ADMIN_TAGS,
    summary: "Show a tenant: its state, plan, limits and settings",
    params: OneTenant,
    response: { 200: TenantRecord, ...ADMIN_ERRORS },
  };
  app.get("/v1/admin/tenants/:tenant", { schema: shown, ...ADMINS }, async ({ params }) => {
    const record = await recordsOf(deps).store.tenant(tenantOfRoute(params));
    if (record === undefined) throw noSuch("tenant");
    return record;
  });

  addChangeRoute(app, deps);
}

function addChangeRoute(app: App, deps: AdminRoutesDeps): void {
  const changed = {
    operationId: "changeTenant",
    tags: ADMIN_TAGS,
    summary: "Suspend a tenant, let it in again, or change its plan, limits, settings and sign-in",
    params: OneTenant,
    body: TenantPatch,
    response: { 200: TenantRecord, ...ADMIN_ERRORS },
  };
  app.patch("/v1/admin/tenants/:tenant", { schema: changed, ...ADMINS }, async (request) => {
    const { body, caller } = request;
    const beyond = Object.keys(body).find((field) => field !== "settings");
    if (beyond !== undefined && !caller.verbs.has("operate")) {
      throw new LiluxError("forbidden", {
        message: `${beyond} is changed by whoever runs this server. A tenant's admins change its settings.`,
        details: { field: beyond, needs: "operate" },
      });
    }
    if (body.signIn != null) await recordsOf(deps).signInAddresses.assertAllowed(body.signIn);
    if (body.settings !== undefined) {
      await assertModelsOf(request, { after: () => body.settings ?? {} }, deps);
    }
    return change(request, body, deps);
  });

  const set = {
    operationId: "changeTenantSettings",
    tags: ADMIN_TAGS,
    summary:
      "Change some of a tenant's settings, and leave the others as they are; null takes one back",
    params: OneTenant,
    body: TenantSettingsChange,
    response: { 200: TenantRecord, ...ADMIN_ERRORS },
  };
  app.patch("/v1/admin/tenants/:tenant/settings", { schema: set, ...ADMINS }, async (request) => {
    const { body } = request;
    await assertModelsOf(request, { after: (before) => withChange(before, body) }, deps);
    return change(request, { settingsChange: body }, deps);
  });
}

type ChangeRequest = Pick<FastifyRequest, "caller"> & { params: { tenant: string } };

/** What it may not be answered by is refused before anything is changed. */
async function assertModelsOf(
  { params, caller }: ChangeRequest,
  { after }: { after(before: TenantSettings): TenantSettings },
  deps: AdminRoutesDeps,
): Promise<void> {
  const tenant = tenantOfRoute(params);
  const record = await recordsOf(deps).store.tenant(tenant);
  if (record === undefined) throw noSuch("tenant");
  const before = record.settings;
  await assertKnownModels({ tenant, before, after: after(before), caller }, deps.listModels);
}

function withChange(before: TenantSettings, change: TenantSettingsChange): TenantSettings {
  const after = { ...before, ...change };
  return Object.fromEntries(Object.entries(after).filter(([, value]) => value !== null));
}

async function change(
  { params, caller }: ChangeRequest,
  what: TenantChange,
  deps: AdminRoutesDeps,
): Promise<TenantRecord> {
  const { store, directory, keeper } = recordsOf(deps);
  const tenant = tenantOfRoute(params);
  const record = await store.changeTenant({ tenant, change: what }, actOf({ caller }, deps.now));
  if (record === undefined) throw noSuch("tenant");
  await directory.refresh();
  keeper.changed(record);
  return record;
}
