// Writes docs/asyncapi.json and the Python client's table of errors anew. Run it after a change of the
// frames or of the table.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildAsyncApi } from "./build-asyncapi.ts";
import { renderPythonErrors } from "./render-python-errors.ts";

const root = join(import.meta.dirname, "..", "..", "..");
for (const [name, text] of [
  ["docs/asyncapi.json", `${JSON.stringify(buildAsyncApi(), null, 2)}\n`],
  ["clients/python/src/lilux_client/error_table.py", renderPythonErrors()],
] as const) {
  writeFileSync(join(root, name), text);
  process.stdout.write(`wrote ${name}\n`);
}
