import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMachine } from "../describe-machine.ts";
import { processIds, withServices } from "../with-services.ts";
import { writeResults } from "../write-results.ts";
import { hashedKey } from "./as-tenant.ts";
import { measureResource, type ResourceFigures } from "./measure-resource.ts";
import { startPacedLlm } from "./paced-llm.ts";
import { reportTenants, rowOf } from "./report-tenants.ts";
import { RESOURCES, type Resource, TYPING } from "./resources.ts";
import type { TenantsBenchOptions } from "./tenants-bench-options.ts";

const QUIET = "quiet";
const NOISY = "noisy";
const HELLO = `# hello

\`\`\`xml
<directive name="hello" version="1.0.0">
  <metadata><description>Says hello to visitors.</description></metadata>
  <process><step name="one"><action>Say hello.</action></step></process>
</directive>
\`\`\`
`;
const WAIT = `"""Waits a moment and works a little."""
__version__ = "1.0.0"
__effect__ = "read"
import json, time
time.sleep(0.05)
print(json.dumps({"status": "success", "data": sum(range(100000))}))
`;
/** Of a plan that gives each tenant some ten times what the quiet one asks for. */
const SEAT: Readonly<Record<string, string>> = {
  LILUX_TENANT_REQUESTS_PER_SECOND: "20",
  LILUX_TENANT_FRAMES_PER_SECOND: "50",
  LILUX_TENANT_BYTES_PER_SECOND: "262144",
  LILUX_TENANT_REQUESTS_AT_ONCE: "4",
  LILUX_TENANT_PREDICTIONS_AT_ONCE: "2",
  LILUX_TENANT_TURNS_AT_ONCE: "4",
  LILUX_SCRIPTS_AT_ONCE: "2",
};

/** `npm run bench -- tenants`: what a quiet tenant waits alone, and beside one that asks for many times as much. */
export async function benchTenants(options: TenantsBenchOptions): Promise<void> {
  const machine = describeMachine();
  const limits = options.limits === "seat" ? SEAT : {};
  const directory = mkdtempSync(join(tmpdir(), "lilux-bench-"));
  for (const tenant of [QUIET, NOISY]) writeLibrary(join(directory, "tenants", tenant, ".ai"));
  const llm = await startPacedLlm();
  const empty = await startEmptyServer();
  const env = {
    LILUX_TENANT_ROOT: join(directory, "tenants"),
    LILUX_API_KEYS: [QUIET, NOISY].map(hashedKey).join(","),
    LILUX_LLM_URL: llm.url,
    LILUX_LLM_MODEL: "paced",
    ...limits,
  };
  try {
    await withServices({ directory, env }, async (distributed) => {
      const url = `http://127.0.0.1:${distributed.ports.gateway}`;
      const processes = processIds(distributed);
      const figures = await measureAll({ url, emptyUrl: empty.url, processes }, options);
      const report = reportTenants({ options, machine, limits, figures });
      process.stdout.write(`${report}\n`);
      if (options.write === true) writeResults(`tenants ${options.limits}`, report);
    });
  } finally {
    llm.close();
    empty.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureAll(
  where: { url: string; emptyUrl: string; processes: ReadonlyMap<string, number> },
  { seconds, times, rounds, within, only }: TenantsBenchOptions,
): Promise<ResourceFigures[]> {
  const measuring = { ...where, quiet: QUIET, noisy: NOISY, seconds, times, rounds, within };
  const wanted = RESOURCES.filter(
    ({ name }) => only === undefined || only.some((word) => name.includes(word)),
  );
  await warmUp(where.url, wanted);
  const figures: ResourceFigures[] = [];
  for (const resource of wanted) {
    say(`${resource.name} …`);
    const measured = await measureResource(resource, measuring);
    figures.push(measured);
    // A run that ends early has said what it knew.
    say(rowOf(measured));
  }
  return figures;
}

/** Libraries, models and sandboxes are there before anything is timed. */
async function warmUp(url: string, wanted: readonly Resource[]): Promise<void> {
  for (const tenant of [QUIET, NOISY]) {
    for (const resource of [TYPING, ...wanted]) {
      const use = await resource.open({ url, tenant }, 1);
      for (let asked = 0; asked < 5; asked += 1) {
        await use.send(asked);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const outcome = await use.send(99);
      if (outcome !== "done" && outcome !== "late") say(`${tenant}: ${resource.name}: ${outcome}`);
      use.close();
    }
  }
}

function writeLibrary(ai: string): void {
  for (const [folder, file, text] of [
    ["directives", "hello.md", HELLO],
    ["scripts", "wait.py", WAIT],
  ] as const) {
    mkdirSync(join(ai, folder), { recursive: true });
    writeFileSync(join(ai, folder, file), text);
  }
}

async function startEmptyServer(): Promise<{ url: string; close(): void }> {
  const child = fork(join(import.meta.dirname, "empty-server.ts"), {
    execArgv: ["--no-warnings"],
    stdio: "inherit",
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (news: { port: number }) => resolve(news.port));
    child.once("exit", () => reject(new Error("the empty server ended")));
  });
  return { url: `http://127.0.0.1:${port}`, close: () => void child.disconnect() };
}

function say(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
