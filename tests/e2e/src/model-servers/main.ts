import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { checkLlama } from "./check-llama.ts";
import { checkVllm } from "./check-vllm.ts";
import { createReport } from "./report.ts";

/** `npm run test:llama` and `npm run test:vllm` after their set-up; `--only <words>` runs some checks. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string" },
    model: { type: "string" },
    router: { type: "string" },
    only: { type: "string" },
  },
});
const { python = "python3", model = "", router = "vllm-router" } = values;
const report = createReport(values.only === undefined ? undefined : new RegExp(values.only));
const [tier] = positionals;
report.say(`${tier}: ${new Date().toISOString().slice(0, 16)}, load ${loadavg()[0]?.toFixed(1)}`);
if (tier === "llama") await checkLlama({ python, model }, report);
else if (tier === "vllm") await checkVllm({ python, model, router }, report);
else throw new Error(`no checks of ${tier}`);
report.say(`load ${loadavg()[0]?.toFixed(1)} at the end`);
report.finish();
