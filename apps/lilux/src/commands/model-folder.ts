import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createParser, LiluxError, ModelArtefact, ModelCard, RankerWeights } from "@lilux/protocol";
import { Type } from "typebox";

/** Of a router's manifest, what is a tenant's own: the ranker, and which files it was fitted on. */
const Manifest = Type.Object({
  files: Type.Record(Type.String(), Type.Object({ sha256: Type.String() })),
  ranker: RankerWeights,
});

const cards = createParser(ModelCard, "card.json");
const manifests = createParser(Manifest, "manifest.json");
const artefacts = createParser(ModelArtefact, "model.json");
const BASE_FILES = ["model.onnx", "tokenizer.json"];

/**
 * What there is to register in a model's folder: `card.json`, and either the `manifest.json` that
 * training/router writes or a `model.json` that names what a server has loaded.
 */
export async function readModelFolder(
  folder: string,
): Promise<{ card: ModelCard; artefact: ModelArtefact }> {
  const card = cards.parse(await readJsonFile(join(folder, "card.json")));
  const named = await readJsonFile(join(folder, "model.json")).catch(() => undefined);
  if (named !== undefined) return { card, artefact: artefacts.parse(named) };
  const { files, ranker } = manifests.parse(await readJsonFile(join(folder, "manifest.json")));
  const base = Object.fromEntries(
    BASE_FILES.flatMap((name) => {
      const sha256 = files[name]?.sha256;
      return sha256 === undefined ? [] : [[name, sha256] as const];
    }),
  );
  return { card, artefact: artefacts.parse({ kind: "router", base, ranker }) };
}

/** Throws `invalid_request`, naming the file. */
export async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new LiluxError("invalid_request", {
      message: `${path} cannot be read as JSON.`,
      details: { field: "file" },
      cause,
    });
  }
}

/** Each line a value. Throws `invalid_request`, naming the first line that is none. */
export async function readJsonLines(path: string): Promise<unknown[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new LiluxError("invalid_request", {
      message: `${path} cannot be read.`,
      details: { field: "file" },
      cause,
    });
  });
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch (cause) {
      throw new LiluxError("invalid_request", {
        message: `${path}: line ${index + 1} is no JSON.`,
        details: { field: "file" },
        cause,
      });
    }
  });
}
