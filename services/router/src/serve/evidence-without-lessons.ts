import { type Clock, untilAborted } from "@lilux/core/async";
import type { LineEvidence } from "@lilux/core/ranking";
import { boundLine } from "@lilux/core/text";
import { LiluxError, type Tenant } from "@lilux/protocol";
import type { Engine } from "../predict/engine.ts";
import { isoDay } from "../predict/iso-day.ts";
import { readInContext } from "../predict/read-in-context.ts";
import { readRespelled, respellFor } from "../predict/read-respelled.ts";
import { gatherItems } from "../rank/gather-items.ts";

/** How long a request's lines may take together. */
export const LINES_WITHIN_MS = 30_000;
const LIBRARY_WITHIN_MS = 10_000;

/** Rejects with `router_unavailable` while the tenant's library is not there in full. */
export async function untilLibraryIsRead(tenant: Tenant, { libraries }: Engine): Promise<void> {
  await untilAborted(libraries.complete(tenant), AbortSignal.timeout(LIBRARY_WITHIN_MS)).catch(
    () => undefined,
  );
  if (libraries.of(tenant).state === "complete") return;
  throw new LiluxError("router_unavailable", {
    message: "The tenant's library is not read yet. Try again in a moment.",
  });
}

/**
 * What speaks for the calls of a finished line, from the library as it is now: without what was learnt
 * from lines, among which may be this very one, and without a warm context.
 */
export async function evidenceWithoutLessons(
  asked: { tenant: Tenant; line: string; history: readonly string[] },
  { engine, clock, signal }: { engine: Engine; clock: Clock; signal: AbortSignal },
): Promise<LineEvidence> {
  const { tenant } = asked;
  const { model, libraries } = engine;
  const { library } = libraries.of(tenant);
  const text = boundLine(asked.line);
  const said = asked.history.at(-1);
  const before = said === undefined ? undefined : boundLine(said);
  const respelled = respellFor(model, library);
  const options = {
    tenant,
    purpose: "request",
    deadlineAt: clock.unix() + LINES_WITHIN_MS,
    signal,
  } as const;
  const reading = await readInContext(text, {
    before: model.capabilities.joinsContext ? before : undefined,
    read: readRespelled((part) => untilAborted(model.readLine(part, options), signal), respelled),
  });
  return gatherItems({
    library,
    reading,
    text,
    spelled: respelled(text),
    warm: [],
    previousKey: undefined,
    before,
    today: isoDay(clock.unix()),
  });
}
