import type { Clock } from "@lilux/core/async";
import { LiluxError, type PhrasingEntry, type Tenant } from "@lilux/protocol";
import type { OrchestratorMetrics } from "../metrics.ts";
import type { SpendingBook } from "../model/admission/spending-book.ts";
import { promptTokens } from "../model/window/prompt-size.ts";
import type { ItemText, LibraryTexts } from "./library-texts.ts";
import type { TaughtTexts } from "./taught-texts.ts";
import { type TaughtItem, type TeachItemsDeps, teachItems } from "./teach-items.ts";
import { teachMessages, teachTokensMax } from "./teach-prompt.ts";

export interface TeachBatchDeps extends TeachItemsDeps {
  taught: TaughtTexts;
  /** Of teaching alone. */
  spending: SpendingBook;
  tokensPerDay: number;
  clock: Pick<Clock, "unix">;
  metrics: Pick<OrchestratorMetrics, "taughtItems" | "taughtLines">;
}

export interface TeachBatch {
  tenant: Tenant;
  library: LibraryTexts;
  entries: readonly ItemText[];
  /** Nothing is stored. */
  dryRun?: boolean;
  signal: AbortSignal;
}

export interface TaughtBatch {
  items: (TaughtItem & { kept: boolean })[];
  model: string;
  tokens: number;
}

/** Fewer say less than the item's own text. */
const LINES_MIN = 3;

/**
 * Teaches some items within the day's tokens. An item that was changed or deleted meanwhile is left
 * out: its new text is a new item to be taught.
 */
export async function teachBatch(deps: TeachBatchDeps, batch: TeachBatch): Promise<TaughtBatch> {
  const { tenant, library, entries, dryRun = false, signal } = batch;
  const reservation = await reserve(deps, batch);
  let tokens = 0;
  try {
    const onTokens = (used: number): void => {
      tokens += used;
    };
    const { items, model } = await teachItems(deps, { tenant, entries, signal, onTokens });
    return { items: await keep(deps, { tenant, library, items, model, dryRun }), model, tokens };
  } finally {
    await reservation.settle({ tokens, cost: 0 });
  }
}

interface Judged {
  tenant: Tenant;
  library: LibraryTexts;
  items: readonly TaughtItem[];
  model: string;
  dryRun?: boolean;
}

/** Stores what is of use and still wanted. */
export async function keep(
  deps: Pick<TeachBatchDeps, "taught" | "clock" | "metrics">,
  { tenant, library, items, model, dryRun = false }: Judged,
): Promise<TaughtBatch["items"]> {
  const judged = items.map((one) => {
    const isUseful = one.lines.length >= LINES_MIN;
    const isCurrent = library.isCurrent(one.entry);
    return { ...one, isUseful, isCurrent, kept: isUseful && isCurrent && !dryRun };
  });
  const kept = judged.filter((one) => one.kept);
  if (kept.length > 0) await deps.taught.add(tenant, entryOf(kept, model, deps.clock.unix()));
  for (const one of judged) count(deps, one);
  return judged;
}

async function reserve(
  { spending, tokensPerDay }: TeachBatchDeps,
  { tenant, entries }: TeachBatch,
) {
  const messages = teachMessages(entries.map(({ item }) => item));
  const tokens = promptTokens({ messages, tools: [] }) + teachTokensMax(entries.length);
  try {
    return await spending.reserve(tenant, { tokens, cost: 0 }, { tokensPerDay });
  } catch (error) {
    const { code, details } = LiluxError.from(error);
    if (code !== "budget_exhausted") throw error;
    const message =
      "Today's tokens for teaching the router are used up. They begin anew at 00:00 UTC; LILUX_TEACH_TOKENS_PER_DAY says how many there are.";
    throw new LiluxError(code, {
      message,
      cause: error,
      ...(details === undefined ? {} : { details }),
    });
  }
}

function entryOf(kept: readonly TaughtItem[], model: string, at: number): PhrasingEntry {
  const items = kept.map(({ entry: { key, textHash }, lines }) => ({ key, textHash, lines }));
  return { type: "taught", at: Math.floor(at), model, items };
}

function count(
  { metrics }: Pick<TeachBatchDeps, "metrics">,
  item: TaughtItem & { isUseful: boolean; isCurrent: boolean; kept: boolean },
): void {
  const outcome = item.kept
    ? "kept"
    : !item.isUseful
      ? "useless"
      : !item.isCurrent
        ? "stale"
        : "dry_run";
  metrics.taughtItems.inc({ outcome });
  metrics.taughtLines.inc({ outcome: "passed" }, item.lines.length);
  for (const { fault } of item.dropped) metrics.taughtLines.inc({ outcome: fault });
}
