import type { ExecuteRequest, ExecuteResult, ItemType, Mandate, Tenant } from "@lilux/protocol";
import type { Findings } from "../consent/require-consent.ts";
import { contentProblem } from "../files/field-problem.ts";
import { writeFailure } from "../files/write-failure.ts";
import type { Library } from "../library/library.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import { askedBy } from "./asked-by.ts";
import { planCreate } from "./create-item.ts";
import { planDelete } from "./delete-item.ts";
import { assertMayWrite } from "./may-write.ts";
import { readParameters, type WriteParameters } from "./read-parameters.ts";
import { planUpdate } from "./update-item.ts";
import type { PlannedWrite, WriteContext, WriteDeps, WriteOutcome } from "./write-context.ts";

export interface WriteCall {
  /** What grants are matched on. */
  item: { item_id: string; qualified_id: string };
  /** Throws what is wrong before anybody is asked to confirm. Nothing is written. */
  check(): Promise<Findings>;
  /** Writes, once `check` has passed. */
  run(): Promise<ExecuteResult>;
}

interface WriteScope {
  library: Library;
  mandate: Mandate | undefined;
  signal: AbortSignal;
}

/** Names one item's writes, which follow each other. */
export function lockKeyOf(tenant: Tenant, item_type: string, qualified_id: string): string {
  return `${tenant}:${item_type}:${qualified_id}`;
}

/**
 * A create, update or delete, up to the point where something is written. Throws
 * `invalid_inputs`, `invalid_request`, `item_not_found` and the like.
 */
export function planWrite(
  deps: WriteDeps,
  request: ExecuteRequest,
  { library, mandate, signal }: WriteScope,
): WriteCall {
  const { tenant, arguments: given, by = "model" } = request;
  const asked = askedBy(mandate, request);
  const context: WriteContext = { ...deps, library, given, by, asked, signal };
  const planned = plan(context, readParameters(given));
  return {
    item: planned.item,
    async check() {
      assertMayWrite(deps.mayWrite, tenant);
      return typed(given.item_type, () => planned.check());
    },
    async run() {
      const startedAt = performance.now();
      const key = lockKeyOf(tenant, given.item_type, planned.item.qualified_id);
      const data = await deps.locks.run(key, () => written(context, planned));
      const durationMs = performance.now() - startedAt;
      const { item_type, item_id, action } = given;
      return { status: "success", item_type, item_id, action, data, metadata: { durationMs } };
    },
  };
}

function plan(context: WriteContext, parameters: WriteParameters): PlannedWrite {
  const { action } = context.given;
  if (action === "create") return planCreate(context, parameters);
  return action === "update" ? planUpdate(context, parameters) : planDelete(context, parameters);
}

/** Written, and found by whoever asks from now on. */
async function written(
  { library, signal, given, by, asked }: WriteContext,
  planned: PlannedWrite,
): Promise<WriteOutcome> {
  signal.throwIfAborted();
  const act = { ...asked, action: given.action, item: planned.item, by };
  const outcome = await planned.folder.keep(act, () =>
    typed(given.item_type, () => planned.commit()),
  );
  if (outcome.changed) await library.update(outcome.source, new Set([outcome.path]));
  return outcome;
}

async function typed<T>(item_type: ItemType, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Of a text that takes too long or nests too deep to be read: the writer's, as any other.
    throw error instanceof ParseFailure ? contentProblem(item_type, error) : writeFailure(error);
  }
}
