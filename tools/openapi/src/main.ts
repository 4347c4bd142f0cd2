// Writes docs/openapi.json anew. Run it after a change of the routes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildOpenApi } from "./build-openapi.ts";

const file = join(import.meta.dirname, "..", "..", "..", "docs", "openapi.json");
writeFileSync(file, `${JSON.stringify(await buildOpenApi(), null, 2)}\n`);
process.stdout.write(`wrote ${file}\n`);
