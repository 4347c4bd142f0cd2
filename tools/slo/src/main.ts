// `npm run slo`: writes anew what is made of deploy/slo/objectives.yml. With `--scale 12 --webhook URL
// --into FOLDER` the same rules and routing for a clock that runs twelve times as fast.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { buildFiles, OBJECTIVES, ROOT } from "./build-files.ts";
import { readObjectives } from "./objectives.ts";
import { buildScaledFiles } from "./scale-rules.ts";

const { values } = parseArgs({
  options: {
    scale: { type: "string" },
    webhook: { type: "string", default: "http://127.0.0.1:9" },
    into: { type: "string", default: ROOT },
  },
});
const files =
  values.scale === undefined
    ? buildFiles()
    : buildScaledFiles(readObjectives(OBJECTIVES), {
        factor: Number(values.scale),
        webhook: values.webhook,
      });

for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(values.into, path)), { recursive: true });
  writeFileSync(join(values.into, path), text);
  process.stdout.write(`wrote ${path}\n`);
}
