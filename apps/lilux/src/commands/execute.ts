import { randomUUID } from "node:crypto";
import {
  Confirmation,
  createParser,
  ExecuteArguments,
  type ExecuteResult,
  executeDeadlines,
  LiluxError,
  LOCAL_TENANT,
} from "@lilux/protocol";
import { executeSettings, readSettings } from "@lilux/runtime";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import type { RestClient } from "../rest-client.ts";
import { createRestKiwi } from "../rest-kiwi.ts";
import { createRunProgress } from "../run-progress.ts";
import { askYes } from "./ask-yes.ts";
import { declaredInputs } from "./declared-inputs.ts";
import { withInstance } from "./instance.ts";
import { printResult } from "./print-result.ts";
import { readContent } from "./read-content.ts";
import { saveArtifacts } from "./save-artifacts.ts";
import { splitPairs, typedParameters } from "./typed-parameters.ts";

const confirmations = createParser(Confirmation, "confirmation");
const calls = createParser(ExecuteArguments, "execute");

/** `lilux execute <item-type> <item-id> [name=value…]`; asks before anything destructive. */
export async function execute(
  { env, json, print, note }: CommandContext,
  [item_type, item_id, ...pairs]: string[],
  { action, confirm, content, save }: Record<string, unknown>,
): Promise<number> {
  const file = typeof content === "string" ? { content: await readContent(content) } : {};
  // What is no pair is said before an instance is started for it.
  splitPairs(pairs);
  const deadlineMs = executeDeadlines(readSettings(executeSettings, env).executeMsMax).client;
  const progress = createRunProgress(json ? undefined : note);
  const callId = `cli-${randomUUID()}`;
  return withInstance(env, async (client) => {
    const isRun = action === "run" && pairs.length > 0;
    const inputs = isRun ? await declaredInputs(client, { item_type, item_id }) : [];
    const parameters = { ...typedParameters(pairs, inputs), ...file };
    const call = calls.parse({ item_type, item_id, action, parameters });
    const running = { client, call, callId, deadlineMs, onProgress: progress.line };
    const result = await runConfirmed(running, confirm);
    progress.end();
    if (json) print(JSON.stringify(result, null, 2));
    else printResult(result, { print, said: progress.said });
    if (typeof save === "string") {
      const saved = await saveArtifacts(client, { callId, result, folder: save });
      for (const path of saved) (json ? note : print)?.(`saved ${path}`);
    }
    return result.status === "error" ? EXIT.failed : EXIT.ok;
  });
}

interface Running {
  client: RestClient;
  call: ExecuteArguments;
  callId: string;
  deadlineMs: number;
  onProgress(text: string): void;
}

async function runConfirmed(running: Running, given: unknown): Promise<ExecuteResult> {
  try {
    return await runOnce(running, typeof given === "string" ? readConfirmation(given) : undefined);
  } catch (error) {
    if (!(error instanceof LiluxError) || error.code !== "confirm_required") throw error;
    const { callId, callDigest, nonce, why } = error.details ?? {};
    const confirmation = { callId, callDigest, nonce };
    if (!confirmations.is(confirmation)) throw error;
    await askPerson(running.call, { confirmation, why: typeof why === "string" ? why : "" });
    return runOnce(running, confirmation);
  }
}

/** One attempt, told as it goes. A yes names the call that it is to. */
async function runOnce(
  { client, call, callId, deadlineMs, onProgress }: Running,
  confirmation?: Confirmation,
): Promise<ExecuteResult> {
  const request = {
    tenant: LOCAL_TENANT,
    callId: confirmation?.callId ?? callId,
    arguments: call,
    by: "person" as const,
    ...(confirmation === undefined ? {} : { confirmation }),
  };
  for await (const event of createRestKiwi(client).execute(request, { deadlineMs })) {
    if (event.type === "result") return event.result;
    onProgress(event.text);
  }
  throw new LiluxError("internal", { cause: new Error("execute ended without a result") });
}

/** What is no word of ours confirms nothing: then the question is asked, and says which word does. */
function readConfirmation(word: string): Confirmation | undefined {
  const [callId = "", callDigest = "", nonce] = word.split(".");
  return nonce === undefined ? undefined : { callId, callDigest, nonce };
}

interface Question {
  confirmation: Confirmation;
  why: string;
}

/** Shows the exact call and waits for a yes. Without a terminal it refuses and says how to give it. */
async function askPerson(call: object, { confirmation, why }: Question): Promise<void> {
  if (!process.stdin.isTTY) {
    const { callId, callDigest, nonce = "" } = confirmation;
    const word = [callId, callDigest, nonce].join(".");
    throw new LiluxError("confirm_required", {
      message: `This call waits for a yes and was not run. ${why} To say yes to exactly it, within ten minutes, add --confirm ${word}`,
      details: { confirm: word },
    });
  }
  if (!(await askYes(call, why))) throw new LiluxError("confirm_declined");
}
