/**
 * The thread that runs the model. `session.run` blocks its thread, so that it
 * must not be the service's. One request at a time, each alone in its batch and
 * at its exact length: int8 results would otherwise depend on their neighbours.
 * It ends by itself when told to stop, never inside a run: a thread terminated
 * there takes the process with it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { ItemReading } from "./item-reading.ts";
import { createWordTokenizer, type TokenizedLine } from "./tokenize-words.ts";
import type { RawLine, WorkerAnswer, WorkerData, WorkerRequest } from "./worker-messages.ts";

const LINE_OUTPUTS = [
  "text_embedding",
  "primitive_logits",
  "item_type_logits",
  "action_logits",
  "search_source_logits",
  "load_source_logits",
  "query_logits",
];

const TOKENS = "token_vectors";

const port = parentPort;
if (port === null) throw new Error("encoder-worker runs as a worker thread only");
const settings = workerData as WorkerData;

const readJson = (name: string): object =>
  JSON.parse(readFileSync(join(settings.directory, name), "utf8"));
const tokenizer = createWordTokenizer(
  readJson("tokenizer.json"),
  readJson("tokenizer_config.json"),
);
const session = await InferenceSession.create(join(settings.directory, "model.onnx"), {
  executionProviders: ["cpu"],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
});
// A model may or may not tell whether a line points back at an earlier one, and give tokens.
const further = ["reference_logit", ...(settings.givesTokens ? [TOKENS] : [])].filter((name) =>
  session.outputNames.includes(name),
);
const lineOutputs = [...LINE_OUTPUTS, ...further];
const itemOutputs = ["item_embedding", ...further.filter((name) => name === TOKENS)];

async function run(line: TokenizedLine, outputs: string[]): Promise<InferenceSession.ReturnType> {
  const shape = [1, line.ids.length];
  const feeds = {
    input_ids: new Tensor("int64", BigInt64Array.from(line.ids, BigInt), shape),
    attention_mask: new Tensor("int64", new BigInt64Array(line.ids.length).fill(1n), shape),
  };
  return session.run(feeds, outputs);
}

/** A copy that owns its memory, so that it can be handed over. */
function floatsOf(outputs: InferenceSession.ReturnType, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw new Error(`the model gave no floats for ${name}`);
  return Float32Array.from(data);
}

function queryLogitsOf(line: TokenizedLine, logits: Float32Array): number[] {
  const best: number[] = [];
  for (const [place, word] of line.wordOfToken.entries()) {
    if (word < 0) continue;
    best[word] = Math.max(best[word] ?? Number.NEGATIVE_INFINITY, logits[place] ?? 0);
  }
  // A word that left no token (a lone control character) is no part of a query.
  return Array.from(best, (logit) => logit ?? -20);
}

async function readLine(text: string): Promise<RawLine> {
  const line = tokenizer.tokenize(text, settings.textTokensMax);
  const outputs = await run(line, lineOutputs);
  const queryLogits = queryLogitsOf(line, floatsOf(outputs, "query_logits"));
  return {
    words: line.words.slice(0, queryLogits.length),
    queryLogits,
    primitive: floatsOf(outputs, "primitive_logits"),
    itemType: floatsOf(outputs, "item_type_logits"),
    action: floatsOf(outputs, "action_logits"),
    searchSource: floatsOf(outputs, "search_source_logits"),
    loadSource: floatsOf(outputs, "load_source_logits"),
    reference:
      outputs["reference_logit"] === undefined
        ? undefined
        : floatsOf(outputs, "reference_logit")[0],
    embedding: floatsOf(outputs, "text_embedding"),
    tokens: tokensOf(line, outputs),
  };
}

async function readItem(text: string): Promise<ItemReading> {
  const line = tokenizer.tokenize(text, settings.itemTokensMax);
  const outputs = await run(line, itemOutputs);
  return { embedding: floatsOf(outputs, "item_embedding"), tokens: tokensOf(line, outputs) };
}

/** The vectors of the tokens that say something; of all but the special ones when none does. */
function tokensOf(
  { saysSomething, ids }: TokenizedLine,
  outputs: InferenceSession.ReturnType,
): Float32Array | undefined {
  if (outputs[TOKENS] === undefined) return undefined;
  const all = floatsOf(outputs, TOKENS);
  const width = all.length / ids.length;
  const kept = ids.flatMap((_, place) => (saysSomething[place] === true ? [place] : []));
  const places = kept.length > 0 ? kept : ids.slice(2).map((_, at) => at + 1);
  const tokens = new Float32Array(places.length * width);
  for (const [at, place] of places.entries()) {
    tokens.set(all.subarray(place * width, (place + 1) * width), at * width);
  }
  return tokens;
}

async function answer(request: Exclude<WorkerRequest, { kind: "stop" }>): Promise<WorkerAnswer> {
  const startedAt = performance.now();
  const { id } = request;
  try {
    if (request.kind === "line") {
      const line = await readLine(request.text);
      return { kind: "line", id, line, runMs: performance.now() - startedAt };
    }
    const item = await readItem(request.text);
    return { kind: "item", id, item, runMs: performance.now() - startedAt };
  } catch (error) {
    // The message of a runtime error may quote shapes, never the text itself.
    return { kind: "failed", id, reason: error instanceof Error ? error.message : String(error) };
  }
}

port.on("message", (request: WorkerRequest) => {
  if (request.kind === "stop") {
    port.close();
    return;
  }
  void answer(request).then((message) => port.postMessage(message));
});
// The first run of a session is several times slower than the next; no person should wait for it.
await readLine("find email scripts");
await readItem("script: email");
port.postMessage({ kind: "ready" } satisfies WorkerAnswer);
