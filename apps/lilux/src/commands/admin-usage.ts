import {
  AdminRecord,
  bytesOf,
  LiluxError,
  STORAGE_KINDS,
  type StorageRow,
  UsageAnswer,
  type UsageRow,
} from "@lilux/protocol";
import { type Static, Type } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import { askAdmin, show, tenantPath } from "./admin-client.ts";

const Records = Type.Object({
  records: Type.Array(AdminRecord),
  next: Type.Union([Type.Integer(), Type.Null()]),
});

/** `lilux admin usage <tenant>` */
export async function usage(
  context: CommandContext,
  [tenant = ""]: string[],
  { from, to, format, storage }: Record<string, unknown>,
): Promise<number> {
  const days = new URLSearchParams();
  if (typeof from === "string") days.set("from", from);
  if (typeof to === "string") days.set("to", to);
  const path = tenantPath(tenant, `/usage?${days}`);
  const answer = await askAdmin(context, UsageAnswer, { path });
  if (format === "csv") {
    const csv = storage === true ? storageCsvOf(tenant, answer) : csvOf(tenant, answer);
    for (const text of csv) context.print(text);
    return EXIT.ok;
  }
  return show({ ...context, json: context.json || format === "json" }, answer, (told) => {
    for (const row of told.usage) context.print(usageLine(row, told.currency));
    const kept = told.storage.at(-1);
    if (kept !== undefined) context.print(storageLine(kept));
    const turns = told.usage.reduce((sum, row) => sum + row.turns, 0);
    const cost = [...told.usage, ...told.storage].reduce((sum, row) => sum + (row.cost ?? 0), 0);
    const costs = told.currency === undefined ? "" : `, ${cost.toFixed(2)} ${told.currency}`;
    context.print(`${told.from} to ${told.to}: ${turns} turns${costs}`);
    for (const { budget, used, max, state } of told.budgets) {
      context.print(
        `${budget}: ${Math.round((100 * used) / max)} % of ${max} this month, ${state}`,
      );
    }
  });
}

function usageLine(row: UsageRow, currency: string | undefined) {
  const { day, person, turns, calls, promptTokens, completionTokens, cost } = row;
  const { predictions, scriptSeconds } = row;
  const costs = cost === undefined ? "" : `, ${cost.toFixed(4)} ${currency ?? ""}`;
  return line`${day}  ${style.bold(person)}  ${turns} turns, ${calls} calls, ${promptTokens} + ${completionTokens} tokens, ${predictions} predictions, ${scriptSeconds} s of scripts${costs}`;
}

function storageLine({ measuredAt, bytes }: StorageRow) {
  const parts = STORAGE_KINDS.flatMap((kind) =>
    bytes[kind] === undefined ? [] : `${kind} ${megabytes(bytes[kind])}`,
  );
  const at = new Date(measuredAt).toISOString().slice(0, 16);
  return line`${at}Z  ${style.bold(megabytes(bytesOf(bytes)))} stored: ${parts.join(", ")}`;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const COLUMNS = [
  "day",
  "person",
  "turns",
  "calls",
  "promptTokens",
  "completionTokens",
  "predictions",
  "scriptSeconds",
  "cost",
] as const satisfies readonly (keyof UsageRow)[];

/** RFC 4180. */
function csvOf(tenant: string, { usage: rows, currency = "" }: UsageAnswer): string[] {
  const lines = rows.map((row) =>
    [tenant, ...COLUMNS.map((column) => row[column] ?? ""), currency].map(cellOf).join(","),
  );
  return [["tenant", ...COLUMNS, "currency"].join(","), ...lines];
}

/** A line a day: bytes as last measured, and what they come to over the hours. */
function storageCsvOf(tenant: string, { storage, currency = "" }: UsageAnswer): string[] {
  const head = ["tenant", "day", "measures", ...STORAGE_KINDS, "byteHours", "cost", "currency"];
  const lines = storage.map(({ day, measures, bytes, byteHours, cost = "" }) => {
    const sizes = STORAGE_KINDS.map((kind) => bytes[kind] ?? "");
    return [tenant, day, measures, ...sizes, byteHours, cost, currency].map(cellOf).join(",");
  });
  return [head.join(","), ...lines];
}

/** Quoted where it has to be; what a spreadsheet would take for a formula is text. */
function cellOf(value: string | number): string {
  const text = typeof value === "string" && /^[=+@-]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `lilux admin audit <tenant>`: prints all records, and fails when the chain is broken. */
export async function audit(context: CommandContext, [tenant = ""]: string[]): Promise<number> {
  // Loaded only here: it brings the database's drivers along.
  const { FIRST_PREVIOUS, hashOf } = await import("@lilux/database");
  let previous = FIRST_PREVIOUS;
  let position = 0;
  for (let after: number | null = 0; after !== null; ) {
    const path = tenantPath(tenant, `/records?after=${after}`);
    const page: Static<typeof Records> = await askAdmin(context, Records, { path });
    for (const record of page.records) {
      const follows = record.previous === previous && record.position === position + 1;
      if (!follows || record.hash !== hashOf(tenant, record)) throw broken(record.position);
      context.print(JSON.stringify(record));
      ({ hash: previous, position } = record);
    }
    after = page.next;
  }
  return EXIT.ok;
}

function broken(position: number): LiluxError {
  return new LiluxError("content_tampered", {
    message: `The records of this tenant are not whole: at ${position} one is missing or was changed.`,
    details: { position },
  });
}
