// Writes docs/asyncapi.json anew. Run it after a change of the frames.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildAsyncApi } from "./build-asyncapi.ts";

const file = join(import.meta.dirname, "..", "..", "..", "docs", "asyncapi.json");
writeFileSync(file, `${JSON.stringify(buildAsyncApi(), null, 2)}\n`);
process.stdout.write(`wrote ${file}\n`);
