import {
  AdminRecord,
  NoticeList,
  ReportList,
  ReportTaken,
  TakeDownList,
  Told,
} from "@lilux/protocol";
import { Type } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { line, style } from "../output/styled.ts";
import { askAdmin, moment, show } from "./admin-client.ts";
import { askRegistry, itemTypeOf } from "./registry-client.ts";

const ADMIN_PATH = "/v1/admin/registry";
const Records = Type.Object({ records: Type.Array(AdminRecord) });

/** `lilux registry report <item-type> <item-id> <reason…>` */
export async function report(context: CommandContext, args: string[]): Promise<number> {
  const request = { method: "POST", path: "/v1/registry/reports", body: itemAnd(args) } as const;
  const taken = await askRegistry(context, ReportTaken, request);
  return show(context, taken, ({ reportId }) =>
    context.print(`Reported to whoever runs the server, as number ${reportId}.`),
  );
}

/** `lilux registry notices` */
export async function notices(context: CommandContext): Promise<number> {
  const list = await askRegistry(context, NoticeList, { path: "/v1/registry/notices" });
  return show(context, list, ({ notices: found }) => {
    if (found.length === 0) context.print("There is nothing to tell.");
    for (const { at, kind, target, detail } of found) {
      context.print(line`${moment(at)}  ${kind.replace("_", " ")}  ${style.bold(target)}`);
      if (detail !== "") context.print(line`    ${detail}`);
    }
  });
}

/** `lilux registry audit [--operator]`: a JSON line a record. */
export async function registryAudit(
  context: CommandContext,
  _args: string[],
  { operator }: Record<string, unknown>,
): Promise<number> {
  const isOperator = operator === true;
  const path = isOperator ? `${ADMIN_PATH}/records` : "/v1/registry/records";
  const ask = isOperator ? askAdmin : askRegistry;
  const list = await ask(context, Records, { path });
  return show(context, list, ({ records }) => {
    for (const record of records) context.print(JSON.stringify(record));
  });
}

/** `lilux registry reports` */
export async function reports(context: CommandContext): Promise<number> {
  const list = await askAdmin(context, ReportList, { path: `${ADMIN_PATH}/reports` });
  return show(context, list, ({ reports: found }) => {
    if (found.length === 0) context.print("Nothing was reported that is not answered.");
    for (const { reportId, at, tenant, person, item_type, item_id, reason } of found) {
      context.print(line`${String(reportId)}  ${style.bold(`${item_type} ${item_id}`)}`);
      context.print(line`    ${moment(at)}  ${person} of ${tenant}: ${reason}`);
    }
  });
}

/** `lilux registry close-report <report>` */
export async function closeReport(
  context: CommandContext,
  [report_ = ""]: string[],
): Promise<number> {
  const path = `${ADMIN_PATH}/reports/${encodeURIComponent(report_)}`;
  const closed = await askAdmin(context, ReportTaken, { method: "DELETE", path });
  return show(context, closed, ({ reportId }) => context.print(`Report ${reportId} is closed.`));
}

/** `lilux registry take-downs` */
export async function takeDowns(context: CommandContext): Promise<number> {
  const list = await askAdmin(context, TakeDownList, { path: `${ADMIN_PATH}/take-downs` });
  return show(context, list, ({ takeDowns: found }) => {
    if (found.length === 0) context.print("Nothing is taken down.");
    for (const { item_type, item_id, reason, at } of found) {
      context.print(line`${moment(at)}  ${style.bold(`${item_type} ${item_id}`)}  ${reason}`);
    }
  });
}

/** `lilux registry take-down <item-type> <item-id> <reason…>` */
export async function takeDown(context: CommandContext, args: string[]): Promise<number> {
  const body = itemAnd(args);
  const request = { method: "POST", path: `${ADMIN_PATH}/take-downs`, body } as const;
  const told = await askAdmin(context, Told, request);
  return show(context, told, ({ told: count }) =>
    context.print(`${body.item_id} is taken down; ${count} tenants were told.`),
  );
}

/** `lilux registry put-back <item-type> <item-id>` */
export async function putBack(
  context: CommandContext,
  [type = "", item_id = ""]: string[],
): Promise<number> {
  const body = { item_type: itemTypeOf(type), item_id };
  const request = { method: "POST", path: `${ADMIN_PATH}/put-backs`, body } as const;
  const told = await askAdmin(context, Told, request);
  return show(context, told, ({ told: count }) =>
    context.print(`${item_id} is back; ${count} tenants were told.`),
  );
}

function itemAnd([type = "", item_id = "", ...reason]: string[]) {
  return { item_type: itemTypeOf(type), item_id, reason: reason.join(" ") };
}
