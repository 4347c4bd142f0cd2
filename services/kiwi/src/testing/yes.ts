import type {
  Confirmation,
  ExecuteArguments,
  ExecuteRequest,
  ExecuteResult,
  LiluxError,
  LoadArguments,
  LoadRequest,
  LoadResult,
} from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { errorOf, type StartedKiwi } from "./start-kiwi.ts";

/** What `confirm_required` says to send for a yes. */
export function yesTo(error: LiluxError): Confirmation {
  const { callId, callDigest, nonce } = error.details ?? {};
  if (error.code !== "confirm_required") throw error;
  return { callId, callDigest, nonce } as Confirmation;
}

/** Runs a call, and says yes if that is asked for. */
export async function executeWithYes(
  started: StartedKiwi,
  given: ExecuteArguments,
  more: Partial<ExecuteRequest> = {},
): Promise<ExecuteResult> {
  const callId = `yes-${Math.random()}`;
  const request = { arguments: given, callId, ...more };
  try {
    return (await started.execute(request)).result;
  } catch (error) {
    const confirmation = yesTo(error as LiluxError);
    return (await started.execute({ ...request, confirmation })).result;
  }
}

/** Why a call is asked about: what `confirm_required` gives as its reasons. */
export async function askedOf(
  started: StartedKiwi,
  given: ExecuteArguments,
  more: Partial<ExecuteRequest> = {},
): Promise<LiluxError> {
  const error = await errorOf(started.execute({ arguments: given, ...more }));
  if (error.code !== "confirm_required") throw error;
  return error;
}

export async function loadWithYes(
  started: StartedKiwi,
  given: LoadArguments,
  more: Partial<LoadRequest> = {},
): Promise<LoadResult> {
  const request = {
    tenant: testTenant("local"),
    callId: `yes-${Math.random()}`,
    arguments: given,
    ...more,
  };
  try {
    return await started.kiwi.api.load(request);
  } catch (error) {
    return started.kiwi.api.load({ ...request, confirmation: yesTo(error as LiluxError) });
  }
}
