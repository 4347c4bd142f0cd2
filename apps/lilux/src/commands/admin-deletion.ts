import { DeletionReport, LiluxError } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import { askAdmin, moment, show, tenantPath } from "./admin-client.ts";
import { askName } from "./ask-name.ts";

const LOOK_EVERY_MS = 500;
/** Then it goes on by itself, and the report says how far it is. */
const WATCH_MS = 60_000;

/** `lilux admin tenants delete <tenant>`: asks for its name again, and shows what became of everything. */
export async function deleteTenant(
  context: CommandContext,
  [tenant = ""]: string[],
  { yes, without }: Record<string, unknown>,
): Promise<number> {
  const confirm = typeof yes === "string" ? yes : await typed(tenant);
  const parts = typeof without === "string" ? { without: without.split(",") } : {};
  const body = { confirm, ...parts };
  const path = tenantPath(tenant);
  let report = await askAdmin(context, DeletionReport, { method: "DELETE", path, body });
  const until = Date.now() + WATCH_MS;
  while (report.state === "deleting" && report.unreached.length === 0 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    report = await reportOf(context, tenant);
  }
  return showReport(context, report);
}

/** `lilux admin tenants report <tenant>` */
export async function tenantReport(
  context: CommandContext,
  [tenant = ""]: string[],
): Promise<number> {
  return showReport(context, await reportOf(context, tenant));
}

function reportOf(context: CommandContext, tenant: string): Promise<DeletionReport> {
  return askAdmin(context, DeletionReport, { path: tenantPath(tenant, "/deletion") });
}

async function typed(tenant: string): Promise<string> {
  const warning = `Everything of ${tenant} is deleted, and it does not come back.`;
  if (process.stdin.isTTY) return askName(warning);
  throw new LiluxError("confirm_required", {
    message: `${warning} Say its name again: --yes ${tenant}`,
  });
}

function showReport(context: CommandContext, report: DeletionReport): number {
  show(context, report, ({ tenant, begunAt, begunBy, endedAt, ...found }) => {
    const state = endedAt === null ? "is being deleted" : `was deleted at ${moment(endedAt)}`;
    context.print(line`${style.bold(tenant)} ${state}; begun ${moment(begunAt)} by ${begunBy}`);
    for (const [kind, count] of Object.entries(found.removed)) {
      context.print(line`  deleted      ${String(count)} ${kind}`);
    }
    for (const { what, why } of found.kept) context.print(line`  kept         ${what}. ${why}`);
    for (const { part, how } of found.absent) context.print(line`  not there    ${part}. ${how}`);
    for (const part of found.without)
      context.print(line`  not asked    ${part}: this server has none`);
    for (const { part, why } of found.unreached) {
      context.print(line`  not reached  ${part}: ${why}. It is asked again until it answers`);
      context.print(
        line`               Where this server has none: lilux admin tenants delete ${tenant} --without ${part}`,
      );
    }
  });
  return EXIT.ok;
}
