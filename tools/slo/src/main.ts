// `npm run slo`: writes anew what is made of deploy/slo/objectives.yml.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildFiles, ROOT } from "./build-files.ts";

for (const [path, text] of Object.entries(buildFiles())) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
  process.stdout.write(`wrote ${path}\n`);
}
