import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Manifest } from "./manifest.ts";

/** How many messages each stream of a copied journal holds. */
export async function journalMessages(directory: string): Promise<Manifest["streams"]> {
  const found: Manifest["streams"] = {};
  for (const stream of await readdir(directory)) {
    const names = await readdir(join(directory, stream));
    let messages = 0;
    for (const name of names.filter((name) => name.endsWith(".jsonl"))) {
      for await (const line of linesOf(join(directory, stream, name)))
        messages += line === "" ? 0 : 1;
    }
    found[stream] = { messages };
  }
  return found;
}

export function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity });
}
