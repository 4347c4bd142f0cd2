import { AllowedPublishers, LiluxError, TenantRecord } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { line, style } from "../output/styled.ts";
import { askAdmin, moment, show, tenantPath } from "./admin-client.ts";
import { readSettingsGiven } from "./read-settings-given.ts";

const TenantList = Type.Object({
  tenants: Type.Array(TenantRecord),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** `lilux admin tenants list` */
export async function listTenants(context: CommandContext): Promise<number> {
  const tenants: Static<typeof TenantRecord>[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const path: string = `/v1/admin/tenants?after=${encodeURIComponent(after)}`;
    const page: Static<typeof TenantList> = await askAdmin(context, TenantList, { path });
    tenants.push(...page.tenants);
    after = page.next;
  }
  return show(context, tenants, (found) => {
    for (const { tenant, state, plan, createdAt } of found) {
      context.print(line`${style.bold(tenant)}  ${state}  ${plan}  since ${moment(createdAt)}`);
    }
    if (found.length === 0)
      context.print("There are no tenants. `lilux admin tenants create <tenant>` makes one.");
  });
}

/** `lilux admin tenants create <tenant>` */
export async function createTenant(
  context: CommandContext,
  [tenant = ""]: string[],
  { plan }: Record<string, unknown>,
): Promise<number> {
  const body = typeof plan === "string" ? { tenant, plan } : { tenant };
  const path = "/v1/admin/tenants";
  const made = await askAdmin(context, TenantRecord, { method: "POST", path, body });
  return show(context, made, () =>
    context.print(
      `${tenant} is there. \`lilux admin keys create ${tenant} <name> --scopes predict,read,run\` makes its first key.`,
    ),
  );
}

/** `lilux admin tenants show <tenant>` */
export async function showTenant(
  context: CommandContext,
  [tenant = ""]: string[],
): Promise<number> {
  const record = await askAdmin(context, TenantRecord, { path: tenantPath(tenant) });
  return show(context, record, (found) => {
    const { state, plan, createdAt, limits, settings, signIn } = found;
    context.print(line`${style.bold(tenant)}  ${state}  ${plan}  since ${moment(createdAt)}`);
    context.print(line`limits    ${JSON.stringify(limits)}`);
    context.print(line`settings  ${JSON.stringify(settings)}`);
    context.print(line`sign-in   ${signIn === null ? "nowhere" : JSON.stringify(signIn)}`);
  });
}

/** `lilux admin tenants suspend <tenant>` */
export function suspendTenant(context: CommandContext, [tenant = ""]: string[]): Promise<number> {
  return change(context, tenant, { state: "suspended" });
}

/** `lilux admin tenants resume <tenant>` */
export function resumeTenant(context: CommandContext, [tenant = ""]: string[]): Promise<number> {
  return change(context, tenant, { state: "active" });
}

/** `lilux admin tenants sign-in <tenant> <settings>` */
export function setSignIn(
  context: CommandContext,
  [tenant = "", text = ""]: string[],
): Promise<number> {
  return change(context, tenant, { signIn: jsonOf(text) });
}

/** `lilux admin settings <tenant> [setting=value …]`, or all of them as JSON */
export async function settings(
  context: CommandContext,
  [tenant = "", ...given]: string[],
  { publishers }: Record<string, unknown>,
): Promise<number> {
  if (typeof publishers === "string") return setPublishers(context, tenant, publishers);
  const [text] = given;
  if (text === undefined) return showTenant(context, [tenant]);
  if (text.trimStart().startsWith("{")) {
    return change(context, tenant, { settings: jsonOf(text) });
  }
  return change(context, tenant, readSettingsGiven(given), "/settings");
}

/** `--publishers acme,beta`, or `any`: whose items the tenant takes from the registry. */
async function setPublishers(
  context: CommandContext,
  tenant: string,
  text: string,
): Promise<number> {
  const names = text.split(",").map((name) => name.trim().replace(/^@/, ""));
  const body = { publishers: text === "any" ? null : names.filter((name) => name !== "") };
  const request = { method: "PUT", path: tenantPath(tenant, "/publishers"), body } as const;
  const set = await askAdmin(context, AllowedPublishers, request);
  return show(context, set, ({ publishers: allowed }) =>
    context.print(
      allowed === null
        ? `${tenant} takes items of everybody.`
        : `${tenant} takes items of ${["its own", ...allowed.map((name) => `@${name}`)].join(", ")}.`,
    ),
  );
}

/** `lilux admin limits <tenant> [limit=number …]` */
export async function limits(
  context: CommandContext,
  [tenant = "", ...given]: string[],
): Promise<number> {
  if (given.length === 0) return showTenant(context, [tenant]);
  const { limits: before } = await askAdmin(context, TenantRecord, { path: tenantPath(tenant) });
  const now: Record<string, number> = { ...before };
  for (const text of given) {
    const [name = "", value = ""] = text.split("=");
    if (value === "") delete now[name];
    else now[name] = Number(value);
  }
  return change(context, tenant, { limits: now });
}

async function change(
  context: CommandContext,
  tenant: string,
  body: object,
  under = "",
): Promise<number> {
  const request = { method: "PATCH", path: tenantPath(tenant, under), body } as const;
  const record = await askAdmin(context, TenantRecord, request);
  return show(context, record, ({ state, limits: bounds, settings: set }) =>
    context.print(
      line`${tenant} is ${state}; limits ${JSON.stringify(bounds)}, settings ${JSON.stringify(set)}`,
    ),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = "The settings are not JSON.";
    throw new LiluxError("invalid_request", { message, details: { field: "settings" }, cause });
  }
}
