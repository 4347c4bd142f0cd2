import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import {
  Confirmation,
  createParser,
  ExecuteResult,
  executeDeadlines,
  LiluxError,
} from "@lilux/protocol";
import { executeSettings, readSettings } from "@lilux/runtime";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { onTerminal, type Print } from "../output/create-print.ts";
import { block, line, style } from "../output/styled.ts";
import type { RestClient } from "../rest-client.ts";
import { declaredInputs } from "./declared-inputs.ts";
import { withInstance } from "./instance.ts";
import { splitPairs, typedParameters } from "./typed-parameters.ts";

const confirmations = createParser(Confirmation, "confirmation");
const resultParser = createParser(ExecuteResult, "the instance's answer", "internal");

/** `lilux execute <item-type> <item-id> [name=value…]`; asks before anything destructive. */
export async function execute(
  { env, json, print }: CommandContext,
  [item_type, item_id, ...pairs]: string[],
  { action, confirm, content }: Record<string, unknown>,
): Promise<number> {
  const file = typeof content === "string" ? { content: await textOf(content) } : {};
  // What is no pair is said before an instance is started for it.
  splitPairs(pairs);
  const deadlineMs = executeDeadlines(readSettings(executeSettings, env).executeMsMax).client;
  const result = await withInstance(env, async (client) => {
    const isRun = action === "run" && pairs.length > 0;
    const inputs = isRun ? await declaredInputs(client, { item_type, item_id }) : [];
    const parameters = { ...typedParameters(pairs, inputs), ...file };
    const body = { item_type, item_id, action, parameters };
    return runConfirmed(client, { body, deadlineMs }, confirm);
  });
  if (json) print(JSON.stringify(result, null, 2));
  else printResult(result, print);
  return result.status === "error" ? EXIT.failed : EXIT.ok;
}

/** An item's whole file; what is not text is refused before anything is sent. */
async function textOf(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new LiluxError("invalid_request", {
      message: `--content ${path} cannot be read as UTF-8 text${code}. Name the item's file.`,
      details: { field: "content" },
      cause: error,
    });
  }
}

async function runConfirmed(
  client: RestClient,
  { body, deadlineMs }: { body: object; deadlineMs: number },
  given: unknown,
): Promise<ExecuteResult> {
  const send = async (confirmation?: Confirmation): Promise<ExecuteResult> =>
    resultParser.parse(
      await client.request({
        method: "POST",
        path: "/v1/execute",
        body: confirmation === undefined ? body : { ...body, confirmation },
        deadlineMs,
      }),
    );
  try {
    return await send(typeof given === "string" ? readConfirmation(given) : undefined);
  } catch (error) {
    if (!(error instanceof LiluxError) || error.code !== "confirm_required") throw error;
    const { callId, callDigest, nonce, why } = error.details ?? {};
    const confirmation = { callId, callDigest, nonce };
    if (!confirmations.is(confirmation)) throw error;
    await askPerson(body, { confirmation, why: typeof why === "string" ? why : "" });
    return send(confirmation);
  }
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
async function askPerson(body: object, { confirmation, why }: Question): Promise<void> {
  if (!process.stdin.isTTY) {
    const { callId, callDigest, nonce = "" } = confirmation;
    const word = [callId, callDigest, nonce].join(".");
    throw new LiluxError("confirm_required", {
      message: `This call waits for a yes and was not run. ${why} To say yes to exactly it, within ten minutes, add --confirm ${word}`,
      details: { confirm: word },
    });
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const shown = JSON.stringify(body, null, 2);
  const answer = await lines.question(
    onTerminal(
      line`${style.red("This waits for your yes.")} ${why}\n${block(shown)}\nRun exactly this? [y/N] `,
    ),
  );
  lines.close();
  if (answer.trim().toLowerCase() !== "y") throw new LiluxError("confirm_declined");
}

function printResult(result: ExecuteResult, print: Print): void {
  print(
    line`${style.bold(result.status)}  ${result.item_type} ${result.item_id}  ${style.dim(`${result.metadata.durationMs.toFixed(0)} ms`)}`,
  );
  result.steps?.forEach((step, index) => {
    print(
      line`\n${index + 1}. ${style.bold(step.name)}  ${step.description}\n${block(step.action)}`,
    );
  });
  if (typeof result.data === "string") print(result.data);
  else if (result.data !== null && result.data !== undefined)
    print(JSON.stringify(result.data, null, 2));
  const { numbersAsText = [] } = result.metadata;
  if (numbersAsText.length > 0) {
    print(style.dim(`kept as text, since their digits would change: ${numbersAsText.join(", ")}`));
  }
}
