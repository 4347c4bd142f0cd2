import { AdminRecord, LiluxError, UsageRow } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import { askAdmin, show, tenantPath } from "./admin-client.ts";

const Usage = Type.Object({
  from: Type.String(),
  to: Type.String(),
  usage: Type.Array(UsageRow),
});
const Records = Type.Object({
  records: Type.Array(AdminRecord),
  next: Type.Union([Type.Integer(), Type.Null()]),
});

/** `lilux admin usage <tenant>` */
export async function usage(
  context: CommandContext,
  [tenant = ""]: string[],
  { from, to }: Record<string, unknown>,
): Promise<number> {
  const days = new URLSearchParams();
  if (typeof from === "string") days.set("from", from);
  if (typeof to === "string") days.set("to", to);
  const answer = await askAdmin(context, Usage, { path: tenantPath(tenant, `/usage?${days}`) });
  return show(context, answer, ({ usage: rows }) => {
    for (const { day, person, turns, calls, promptTokens, completionTokens } of rows) {
      context.print(
        line`${day}  ${style.bold(person)}  ${turns} turns, ${calls} calls, ${promptTokens} + ${completionTokens} tokens`,
      );
    }
    const turns = rows.reduce((sum, row) => sum + row.turns, 0);
    context.print(`${answer.from} to ${answer.to}: ${turns} turns`);
  });
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
