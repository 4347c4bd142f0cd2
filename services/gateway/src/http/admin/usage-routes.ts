import { costOfUse, type Use } from "@lilux/core/fairness";
import { AdminRecord, UsageAnswer } from "@lilux/protocol";
import { Type } from "typebox";
import type { App } from "../create-app.ts";
import {
  ADMIN_ERRORS,
  ADMIN_TAGS,
  ADMINS,
  type AdminRoutesDeps,
  OneTenant,
  recordsOf,
  tenantOfRoute,
  USAGE_READERS,
} from "./admin-context.ts";

const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const Days = Type.Object(
  { from: Type.Optional(Day), to: Type.Optional(Day) },
  { additionalProperties: false },
);
const After = Type.Object(
  {
    after: Type.Integer({ minimum: 0, default: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 500 }),
  },
  { additionalProperties: false },
);
const RecordsAnswer = Type.Object({
  records: Type.Array(AdminRecord),
  next: Type.Union([Type.Integer(), Type.Null()]),
});
const ROWS_MAX = 100_000;
const NOTHING: Use = {
  turns: 0,
  calls: 0,
  predictions: 0,
  promptTokens: 0,
  completionTokens: 0,
  scriptSeconds: 0,
  byteHours: 0,
};

/** What a tenant took, and what was done to it. */
export function addUsageRoutes(app: App, deps: AdminRoutesDeps): void {
  const usage = {
    operationId: "readUsage",
    tags: ADMIN_TAGS,
    summary:
      "Turns, calls, tokens, predictions and script seconds of a tenant by day and person, what it kept by day, what all of it costs, and how far its budgets are used; this month unless told",
    params: OneTenant,
    querystring: Days,
    response: { 200: UsageAnswer, ...ADMIN_ERRORS },
  };
  app.get(
    "/v1/admin/tenants/:tenant/usage",
    { schema: usage, ...USAGE_READERS },
    async ({ params, query }) => {
      const today = new Date(deps.now()).toISOString().slice(0, 10);
      const { from = `${today.slice(0, 7)}-01`, to = today } = query;
      const tenant = tenantOfRoute(params);
      const { store, budgets, prices } = recordsOf(deps);
      const rows = await store.usage({ tenant, from, to, limit: ROWS_MAX });
      const kept = await store.storage({ tenant, from, to, limit: ROWS_MAX });
      const states = await budgets.states(tenant);
      const answer = { from, to, budgets: states };
      if (prices === undefined) return { ...answer, usage: rows, storage: kept };
      const priced = <Row extends Partial<Use>>(row: Row) => ({
        ...row,
        cost: costOfUse({ ...NOTHING, ...row }, prices),
      });
      const { currency } = prices;
      return { ...answer, usage: rows.map(priced), storage: kept.map(priced), currency };
    },
  );

  const records = {
    operationId: "exportRecords",
    tags: ADMIN_TAGS,
    summary: "What was done to a tenant, oldest first, each record with the hash of the one before",
    params: OneTenant,
    querystring: After,
    response: { 200: RecordsAnswer, ...ADMIN_ERRORS },
  };
  app.get(
    "/v1/admin/tenants/:tenant/records",
    { schema: records, ...ADMINS },
    async ({ params, query }) => {
      const found = await recordsOf(deps).store.records({
        tenant: tenantOfRoute(params),
        ...query,
      });
      const next = found.length < query.limit ? null : (found.at(-1)?.position ?? null);
      return { records: found, next };
    },
  );
}
