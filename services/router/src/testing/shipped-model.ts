import { existsSync } from "node:fs";
import { join } from "node:path";

const directory = join(import.meta.dirname, "..", "..", "..", "..", "models", "router-encoder");

/** The folder of the model that ships. Throws when it is not there: nothing is tested without it. */
export function shippedModel(): string {
  if (!existsSync(join(directory, "manifest.json"))) {
    throw new Error(`No model in ${directory}. Restore models/router-encoder from the repository.`);
  }
  return directory;
}
