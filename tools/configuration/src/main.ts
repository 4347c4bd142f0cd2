// Writes docs/operations/configuration.md anew. Run it after a change of a setting.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildConfiguration } from "./build-configuration.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "docs", "operations");
const file = join(folder, "configuration.md");
writeFileSync(file, buildConfiguration());
process.stdout.write(`wrote ${file}\n`);
