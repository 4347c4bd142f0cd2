// Writes docs/operations/configuration.md and the names that services know anew. Run it after a change of a setting.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildConfiguration, buildKnownVariables } from "./build-configuration.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "docs", "operations");
const file = join(folder, "configuration.md");
writeFileSync(file, buildConfiguration());
const root = join(import.meta.dirname, "..", "..", "..");
writeFileSync(join(root, "packages/runtime/src/known-variables.ts"), buildKnownVariables());
process.stdout.write(`wrote ${file}\n`);
