import { digestCall } from "@lilux/core/calls";
import {
  AskedItem,
  type Call,
  type Confirmation,
  type ConfirmRequest,
  createParser,
  Effect,
  LiluxError,
} from "@lilux/protocol";
import type { OrchestratorMetrics } from "../metrics.ts";
import type { TurnScope } from "../scope/turn-scope.ts";
import { questionReason } from "./question-reason.ts";

interface Asking {
  call: Call;
  callId: string;
  /** `confirm_required`, with what the tool core found out about the call. */
  question: LiluxError;
}

/** Whoever said no so often in one turn is not asked again: what goes on asking is not theirs. */
const DECLINES_MAX = 3;

const effects = createParser(Effect, "effect", "internal");
const items = createParser(AskedItem, "item", "internal");

/** Nobody can answer while the turn runs: a later message brings the yes. */
const ASKED_LATER =
  "It did not run: it waits for the person's yes, which comes with a later message. Say that it waits, and do not call it again.";

/** Puts the tool core's question to the person; throws `confirm_declined` without a yes. */
export async function askPerson(
  { metrics }: { metrics: OrchestratorMetrics },
  scope: TurnScope,
  { call, callId, question }: Asking,
): Promise<Confirmation> {
  const { account } = scope;
  if (account.confirms - account.confirmed >= DECLINES_MAX) {
    const message = `${DECLINES_MAX} calls of this turn were declined, so no more are asked about. Go on without.`;
    throw new LiluxError("confirm_declined", { message });
  }
  const { effect } = question.details ?? {};
  account.confirms += 1;
  const confirmation = confirmationFor(call, callId, question);
  const { item } = question.details ?? {};
  const known = effects.is(effect) ? effect : "destructive";
  const isOthers = scope.mandate?.secondPerson?.effects.includes(known) === true;
  const request: ConfirmRequest = {
    type: "confirm-request",
    turnId: scope.turn.turnId,
    callId,
    call,
    effect: known,
    reason: questionReason(call, question),
    ...(isOthers ? { waitsFor: "second-person" } : {}),
    ...(items.is(item) ? { item: factsOf(item) } : {}),
  };
  // Somebody else can answer while a chat runs: only its own person cannot.
  if (scope.request.chat !== undefined && !isOthers) {
    metrics.confirms.inc({ outcome: "later" });
    await scope.emit({ ...request, confirmation });
    throw new LiluxError("confirm_required", { message: ASKED_LATER });
  }
  const answered = scope.confirmations.wait(callId, scope.signal);
  await scope.emit(request);
  const askedAt = scope.clock.monotonic();
  const answer = await answered;
  account.confirmMs += scope.clock.monotonic() - askedAt;
  if (scope.signal.aborted) throw LiluxError.from(scope.signal.reason);
  metrics.confirms.inc({ outcome: answer });
  if (answer === "approved") {
    account.confirmed += 1;
    return confirmation;
  }
  const message =
    answer === "timeout" ? "Nobody confirmed the call in time, so it did not run." : undefined;
  throw new LiluxError("confirm_declined", message === undefined ? {} : { message });
}

function factsOf(item: AskedItem): AskedItem {
  const { item_type, qualified_id, source, version, content_hash } = item;
  return { item_type, qualified_id, source, version, content_hash };
}

function confirmationFor(call: Call, callId: string, { details }: LiluxError): Confirmation {
  const bound = { callId, callDigest: digestCall(call) };
  const nonce = details?.["nonce"];
  return typeof nonce === "string" ? { ...bound, nonce } : bound;
}
