import { describeCall, digestCall, effectOfCall, permitsCall } from "@lilux/core";
import {
  type ExecuteCall,
  type ExecuteRequest,
  type ExecuteResult,
  type ItemSummary,
  LiluxError,
} from "@lilux/protocol";
import { notAvailableYet } from "../door/not-available-yet.ts";
import { openItem } from "../find/open-item.ts";
import type { Library } from "../library/library.ts";
import { resolveItem } from "../library/resolve-item.ts";
import { checkInputs } from "./check-inputs.ts";
import { runDirective } from "./run-directive.ts";
import { runKnowledge } from "./run-knowledge.ts";
import { prepareScript, type ScriptDeps } from "./run-script.ts";

export interface RunContext {
  library: Library;
  scripts: ScriptDeps;
  signal: AbortSignal;
  onProgress: (line: string) => void;
}

/**
 * Decides whether an execute may go on, in this order: the item is known, the
 * caller's grants permit it, the inputs are right, a destructive call is
 * confirmed. Answers the run, not yet started: until then nothing has happened.
 */
export async function prepareRun(
  request: ExecuteRequest,
  context: RunContext,
): Promise<() => Promise<ExecuteResult>> {
  const { tenant, arguments: given } = request;
  const call: ExecuteCall = { name: "execute", arguments: given };
  if (given.action !== "run") {
    const item = knownItem(context.library, given);
    assertPermitted(request, call, item);
    assertConfirmed(request, call, item);
    throw notAvailableYet(
      `Executing ${given.action}`,
      "Edit the file under .ai; the library follows it.",
    );
  }
  const opened = await openItem(context.library, given);
  assertPermitted(request, call, opened.item);
  // Before anybody is asked to confirm a call that could not run anyway.
  const inputs = checkInputs(opened.item, given);
  assertConfirmed(request, call, opened.item);
  switch (given.item_type) {
    case "directive": {
      const result = runDirective(opened, given, inputs);
      return async () => result;
    }
    case "knowledge": {
      const result = runKnowledge(opened, given);
      return async () => result;
    }
    case "script": {
      const { signal, onProgress } = context;
      const { grants } = request;
      return prepareScript(context.scripts, {
        ...{ tenant, library: context.library, opened, given, inputs },
        ...{ grants, signal, onProgress },
      });
    }
  }
}

/** Creating names an item that need not exist; the other actions name one that must. */
function knownItem(library: Library, given: ExecuteRequest["arguments"]): ItemSummary | undefined {
  try {
    return resolveItem(library, given);
  } catch (error) {
    const isMissing = error instanceof LiluxError && error.code === "item_not_found";
    if (given.action === "create" && isMissing) return undefined;
    throw error;
  }
}

function assertPermitted(
  { grants }: ExecuteRequest,
  call: ExecuteCall,
  item: ItemSummary | undefined,
): void {
  if (grants === undefined) return;
  const answer = permitsCall({ grants, call, item });
  if (answer.permitted) return;
  const { verb, attributes } = answer.needed;
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
  const advice = answer.denied
    ? "One of its permissions denies it."
    : `Its permissions would need <${verb} ${written.join(" ")}/>.`;
  throw new LiluxError("permission_denied", {
    message: `The directive's permissions do not grant this call. ${advice}`,
    details: { needed: answer.needed, denied: answer.denied },
  });
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
