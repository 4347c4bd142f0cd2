import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@lilux/runtime";
import { startDistributed } from "lilux";
import { describeMachine } from "../describe-machine.ts";
import { writeResults } from "../write-results.ts";
import { hashedKey } from "./as-tenant.ts";
import { type Flood, type FloodCount, floodKeystrokes, floodRequests } from "./flood.ts";
import { startPacedLlm } from "./paced-llm.ts";
import { workQuietly } from "./quiet-tenant.ts";
import { reportTenants, type TenantsPhase } from "./report-tenants.ts";
import type { TenantsBenchOptions } from "./tenants-bench-options.ts";

const QUIET = "quiet";
const LOUD = "loud";
const HELLO = `# hello

\`\`\`xml
<directive name="hello" version="1.0.0">
  <metadata><description>Says hello to visitors.</description></metadata>
  <process><step name="one"><action>Say hello.</action></step></process>
</directive>
\`\`\`
`;

/** `npm run bench -- tenants`: what one tenant waits alone, and beside another that takes all it can. */
export async function benchTenants(options: TenantsBenchOptions): Promise<void> {
  const machine = describeMachine();
  const directory = mkdtempSync(join(tmpdir(), "lilux-bench-"));
  for (const tenant of [QUIET, LOUD]) {
    const folder = join(directory, "tenants", tenant, ".ai", "directives");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "hello.md"), HELLO);
  }
  const llm = await startPacedLlm();
  say("starting nats-server, redis-server and the five services …");
  const distributed = await startDistributed({
    env: {
      ...process.env,
      LILUX_PROJECT: directory,
      LILUX_TENANT_ROOT: join(directory, "tenants"),
      LILUX_API_KEYS: [QUIET, LOUD].map(hashedKey).join(","),
      LILUX_LLM_URL: llm.url,
      LILUX_LLM_MODEL: "paced",
      LILUX_LOG_LEVEL: "error",
      LILUX_USER_HOME: join(directory, "nobody"),
    },
    logger: createLogger({ service: "bench", level: "error" }),
    stateDirectory: join(directory, "state"),
    port: 0,
  });
  try {
    const url = `http://127.0.0.1:${distributed.ports.gateway}`;
    const phases = await measurePhases(url, options.seconds);
    const report = reportTenants({ options, machine, phases });
    process.stdout.write(`${report}\n`);
    if (options.write === true) writeResults("tenants", report);
  } finally {
    await distributed.stop();
    llm.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

const NO_FLOOD: Flood = { stop: async () => ({ answered: 0, refused: 0, perSecond: 0 }) };

async function measurePhases(url: string, seconds: number): Promise<TenantsPhase[]> {
  const quiet = { url, tenant: QUIET };
  const floods: [string, () => Promise<Flood> | Flood][] = [
    ["alone", () => NO_FLOOD],
    ["beside 20 sockets that type 250 keys a second each", () => floodKeystrokes(url, LOUD)],
    ["beside 64 predictions at once over REST", () => floodRequests(url, LOUD, "/v1/predict", {})],
    ["beside 64 turns at once over REST", () => floodRequests(url, LOUD, "/v1/turns", {})],
    [
      "beside 64 streams of the model at once",
      () => floodRequests(url, LOUD, "/v1/turns", { ask: true }),
    ],
    ["alone again", () => NO_FLOOD],
  ];
  // Libraries and models are there before anything is timed.
  await workQuietly(quiet, 3);
  const phases: TenantsPhase[] = [];
  for (const [name, begin] of floods) {
    say(`${name} …`);
    const flood = await begin();
    const waited = await workQuietly(quiet, seconds);
    const count: FloodCount = await flood.stop();
    phases.push({ name, waited, count });
  }
  return phases;
}

function say(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
