import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createParser,
  ExecuteAction,
  ItemSource,
  ItemType,
  LiluxError,
  RankerWeights,
  SearchSource,
  TextEnum,
  Thresholds,
} from "@lilux/protocol";
import { type Static, Type } from "typebox";

const fraction = Type.Number({ minimum: 0, maximum: 1 });

/** What `manifest.json` beside a model says of it. Members not named here are for people. */
export const ModelManifest = Type.Object({
  schemaVersion: Type.Literal(1),
  name: Type.String(),
  version: Type.String({ minLength: 1 }),
  kind: Type.Literal("encoder"),
  files: Type.Record(
    Type.String({ pattern: "^[A-Za-z0-9._-]+$" }),
    Type.Object({ sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }), bytes: Type.Integer() }),
  ),
  labels: Type.Object({
    primitive: Type.Array(TextEnum(["search", "load", "execute", "none"]), {
      minItems: 4,
      maxItems: 4,
    }),
    itemType: Type.Array(ItemType, { minItems: 3, maxItems: 3 }),
    action: Type.Array(ExecuteAction, { minItems: 5, maxItems: 5 }),
    searchSource: Type.Array(SearchSource, { minItems: 3, maxItems: 3 }),
    loadSource: Type.Array(ItemSource, { minItems: 3, maxItems: 3 }),
  }),
  embeddingDimensions: Type.Integer({ minimum: 1, maximum: 4_096 }),
  /** Of the vectors of single tokens, where the graph gives any. */
  tokenDimensions: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_024 })),
  maxTextTokens: Type.Integer({ minimum: 3, maximum: 512 }),
  maxItemTokens: Type.Integer({ minimum: 3, maximum: 512 }),
  /** Lines that point back are read together with the line before. */
  joinsContext: Type.Optional(Type.Boolean()),
  thresholds: Type.Interface([Thresholds], {}),
  ranker: Type.Union([RankerWeights, Type.Null()]),
  figures: Type.Optional(Type.Record(Type.String(), fraction)),
});
export type ModelManifest = Static<typeof ModelManifest>;

const parser = createParser(ModelManifest, "manifest.json", "model_invalid");
const FILES_NEEDED = ["model.onnx", "tokenizer.json", "tokenizer_config.json"];

/**
 * Reads a model folder's manifest and checks every file it names against its
 * hash. Rejects with `model_invalid`, naming the file.
 */
export async function readModelManifest(directory: string): Promise<ModelManifest> {
  const manifest = parser.parse(await readJson(directory));
  if (manifest.ranker !== null) checkRanker(manifest.ranker);
  for (const name of FILES_NEEDED) {
    if (manifest.files[name] === undefined) throw invalid(`manifest.json names no ${name}.`);
  }
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    await checkFile(directory, name, sha256);
  }
  return manifest;
}

function checkRanker(ranker: RankerWeights): void {
  const problem = rankerProblem(ranker);
  if (problem !== undefined) throw invalid(`manifest.json: ${problem}`);
}

/** What of a ranker does not fit together; undefined where all does. */
export function rankerProblem({
  featureNames,
  weights,
  hidden,
}: RankerWeights): string | undefined {
  if (featureNames.length !== weights.length) {
    return "ranker must have one weight per feature name.";
  }
  if (hidden === undefined) return undefined;
  const units = hidden.outputs.length;
  const width = featureNames.length + hidden.contextNames.length;
  const isWhole =
    hidden.biases.length === units &&
    hidden.weights.length === units &&
    hidden.weights.every((row) => row.length === width);
  return isWhole
    ? undefined
    : "ranker.hidden must have, per unit, one bias, one output and one weight per feature and context name.";
}

/** The name under which what a model computed may be kept: it changes with the model's bytes. */
export function modelKeyOf(manifest: ModelManifest): string {
  const hash = manifest.files["model.onnx"]?.sha256 ?? "";
  return `${manifest.version.replace(/[^A-Za-z0-9.]/g, "-")}-${hash.slice(0, 16)}`;
}

async function readJson(directory: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(directory, "manifest.json"), "utf8"));
  } catch (cause) {
    throw invalid(
      `No readable manifest.json in ${directory}. Point LILUX_MODEL_DIR at a model's folder.`,
      cause,
    );
  }
}

async function checkFile(directory: string, name: string, sha256: string): Promise<void> {
  const content = await readFile(join(directory, name)).catch((cause: unknown) => {
    throw invalid(`${name} of the model cannot be read. Fetch the model again.`, cause);
  });
  const found = createHash("sha256").update(content).digest("hex");
  if (found !== sha256) {
    throw invalid(`${name} does not match its hash in manifest.json. Fetch the model again.`);
  }
}

function invalid(message: string, cause?: unknown): LiluxError {
  return new LiluxError("model_invalid", { message, cause });
}
