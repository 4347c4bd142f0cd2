import { describeCall, digestCall, effectOfCall } from "@lilux/core/calls";
import {
  type ExecuteCall,
  type ExecuteRequest,
  type ExecuteResult,
  type ItemSummary,
  LiluxError,
} from "@lilux/protocol";
import type { CallAudit } from "../audit/call-audit.ts";
import { assertGranted } from "../door/assert-granted.ts";
import { openAnywhere } from "../find/open-anywhere.ts";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import type { Registry } from "../registry/registry.ts";
import { planWrite } from "../write/plan-write.ts";
import type { WriteDeps } from "../write/write-context.ts";
import { checkInputs } from "./check-inputs.ts";
import { preparePublish } from "./prepare-publish.ts";
import { runDirective } from "./run-directive.ts";
import { runKnowledge } from "./run-knowledge.ts";
import { prepareScript } from "./run-script.ts";
import type { ScriptDeps } from "./script-call.ts";

export interface RunContext {
  library: Library;
  registry: Registry;
  scripts: ScriptDeps;
  writes: WriteDeps;
  audit: CallAudit;
  signal: AbortSignal;
  onProgress: (line: string) => void;
}

/**
 * Decides whether an execute may go on, in this order: the item is known, the
 * caller's grants permit it, the inputs are right, a destructive call is
 * confirmed, and that it may is on record. Answers the run, not yet started: until then nothing has happened.
 */
export async function prepareRun(
  request: ExecuteRequest,
  context: RunContext,
): Promise<() => Promise<ExecuteResult>> {
  const { tenant, arguments: given } = request;
  const call: ExecuteCall = { name: "execute", arguments: given };
  if (given.action === "publish") {
    const publish = await preparePublish(request, context);
    assertGranted(request.grants, call, publish.item);
    assertConfirmed(request, call, publish.item);
    await context.audit.allowed(publish.item);
    return publish.run;
  }
  if (given.action !== "run") {
    const write = planWrite(context.writes, request, context);
    assertGranted(request.grants, call, write.item);
    await write.check();
    assertConfirmed(request, call, undefined);
    await context.audit.allowed(write.item);
    return write.run;
  }
  const { library, registry, signal } = context;
  const opened = await openAnywhere({ tenant, library, registry, signal }, given);
  assertGranted(request.grants, call, opened.item);
  // Before anybody is asked to confirm a call that could not run anyway.
  const inputs = checkInputs(opened.item, given);
  assertConfirmed(request, call, opened.item);
  await context.audit.allowed(opened.item);
  return withWarnings(await runOf(request, context, { opened, inputs }), opened.warnings);
}

async function runOf(
  { tenant, arguments: given, grants }: ExecuteRequest,
  { library, scripts, audit, signal, onProgress }: RunContext,
  { opened, inputs }: { opened: OpenedItem; inputs: Record<string, unknown> },
): Promise<() => Promise<ExecuteResult>> {
  switch (given.item_type) {
    case "directive": {
      const result = runDirective(opened, given, inputs);
      return async () => result;
    }
    case "knowledge": {
      const result = runKnowledge(opened, given);
      return async () => result;
    }
    case "script":
      return prepareScript(scripts, {
        tenant,
        library,
        opened,
        given,
        inputs,
        grants,
        signal,
        onProgress,
        onRefusedHost: audit.hostRefused,
      });
  }
}

/** What the caller should know of the item itself comes before what the run said. */
function withWarnings(
  run: () => Promise<ExecuteResult>,
  warnings: readonly string[] | undefined,
): () => Promise<ExecuteResult> {
  if (warnings === undefined) return run;
  return async () => {
    const result = await run();
    return { ...result, logs: [...warnings, ...(result.logs ?? [])] };
  };
}

/** A yes counts only for this call id and exactly these arguments, whoever asks. */
function assertConfirmed(
  { callId, confirmation }: ExecuteRequest,
  call: ExecuteCall,
  item: ItemSummary | undefined,
): void {
  if (effectOfCall(call, item?.effect) !== "destructive") return;
  const callDigest = digestCall(call);
  if (confirmation?.callId === callId && confirmation.callDigest === callDigest) return;
  throw new LiluxError("confirm_required", {
    message: `${describeCall(call)} can do damage. Confirm exactly these arguments: send the call again with confirmation {callId, callDigest}.`,
    details: { effect: "destructive", callId, callDigest },
  });
}
