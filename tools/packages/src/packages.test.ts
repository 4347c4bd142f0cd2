import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { createInProcessBus } from "@lilux/bus";
import { createGatewayService, gatewayConfig } from "@lilux/gateway";
import { LiluxError } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { temporaryDirectory } from "@lilux/testkit";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { stagePackages } from "./stage-packages.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const run = promisify(execFile);
/** Of what hangs: on busy cores a compiler takes half a minute. */
const WITHIN_MS = 180_000;
const WITHIN = { timeout: WITHIN_MS };

/** A project of somebody else's, with both packages installed from their tarballs and no network. */
let project = "";
let url = "";

beforeAll(async () => {
  const { path } = await temporaryDirectory();
  project = join(path, "theirs");
  await mkdir(project);
  const staged = await stagePackages(path);
  // Their one dependency, from where it lies: there is no network.
  const typebox = await realpath(join(ROOT, "packages", "protocol", "node_modules", "typebox"));
  for (const folder of [staged.protocol, staged.client]) {
    await run("npm", ["pack", folder, "--pack-destination", path, "--ignore-scripts"], {
      ...WITHIN,
      cwd: path,
    });
  }
  const tarballs = (await readdir(path)).filter((name) => name.endsWith(".tgz"));
  await writeFile(join(project, "package.json"), '{"name":"theirs","version":"1.0.0"}');
  const alone = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  const files = [...tarballs.map((name) => join(path, name)), typebox];
  await run("npm", ["install", ...alone, "--cache", join(path, "cache"), ...files], {
    ...WITHIN,
    cwd: project,
  });
  url = await startGateway();
}, WITHIN_MS);

/** A gateway whose every turn is answered with two words. */
async function startGateway(): Promise<string> {
  const nobody = (): never => {
    throw new LiluxError("internal");
  };
  const gateway = createGatewayService(gatewayConfig({ PORT: "0" }), {
    bus: createInProcessBus(),
    kiwi: {
      search: async () => nobody(),
      load: async () => nobody(),
      execute: nobody,
      discover: async () => nobody(),
      listItems: async () => nobody(),
      recallRun: async () => nobody(),
      readArtifact: async () => nobody(),
      secrets: async () => nobody(),
      registry: async () => nobody(),
      library: async () => nobody(),
    },
    async *runTurn({ turn: { turnId } }) {
      yield { type: "turn-start", turnId, path: "slow" };
      yield { type: "text-delta", turnId, text: "hello " };
      yield { type: "text-delta", turnId, text: "there" };
      yield { type: "turn-end", turnId, outcome: "completed" };
    },
    listModels: async () => nobody(),
    logger: createLogger({ service: "packages", level: "silent" }),
  });
  await gateway.start();
  return `http://127.0.0.1:${gateway.address().port}`;
}

// Mutant: stage the sources, or a dependency on the workspace.
test(
  "both packages install without a network outside of the checkout, and the example for Node runs there",
  WITHIN,
  async () => {
    const example = join(project, "node_modules", "@lilux", "client", "examples", "ask.mjs");
    const { stdout } = await run(process.execPath, [example, "hi"], {
      ...WITHIN,
      env: { LILUX_URL: url },
    });
    expect(stdout).toBe("hello there\ncompleted\n");
    for (const name of ["client", "protocol"]) {
      const text = await readFile(
        join(project, "node_modules", "@lilux", name, "package.json"),
        "utf8",
      );
      expect(text).not.toMatch(/workspace:|catalog:|"private"/);
    }
  },
);

test("their types say what they take and give, without the workspace", WITHIN, async () => {
  await writeFile(
    join(project, "theirs.mts"),
    `import { createLiluxClient, type LiluxClient, undoOf } from "@lilux/client";
import { createParser, ItemSummary, type Call } from "@lilux/protocol";
const client: LiluxClient = createLiluxClient({ url: "http://x" });
const call: Call = { name: "search", arguments: { item_type: "script", query: "a" } };
for await (const event of client.choose(call, { text: "a" }).events) console.log(event.offset);
const item: string = createParser(ItemSummary, "item").parse({}).qualified_id;
// @ts-expect-error What takes a write back is a call, or nothing; a type that did not come along would be anything.
const taken: number = undoOf(call, {});
// @ts-expect-error A port is no address.
createLiluxClient({ url: 8080 });
console.log(item);
`,
  );
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const strict = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--module",
    "nodenext",
    "--target",
    "es2024",
  ];
  const lib = ["--lib", "es2024,dom,dom.iterable,dom.asynciterable", "--types", ""];
  await run(process.execPath, [compiler, ...strict, ...lib, "theirs.mts"], {
    ...WITHIN,
    cwd: project,
  });
});

/** What a page has to carry, all that it imports included; the README says so. */
const BUNDLE_BYTES_MAX = 32_000;
const ZIPPED_BYTES_MAX = 11_000;

test("the example for pages is small once it is bundled, and runs with what a page has", async () => {
  const entry = join(project, "node_modules", "@lilux", "client", "examples", "browser.js");
  const options = { bundle: true, minify: true, write: false, logLevel: "silent" } as const;
  const bundled = await build({
    ...options,
    entryPoints: [entry],
    platform: "browser",
    format: "iife",
    globalName: "page",
  });
  const code = bundled.outputFiles[0]?.text ?? "";
  const zipped = gzipSync(code).length;
  expect(code.length).toBeLessThan(BUNDLE_BYTES_MAX);
  expect(zipped).toBeLessThan(ZIPPED_BYTES_MAX);
  const readme = await readFile(join(ROOT, "packages", "client", "README.md"), "utf8");
  const stated = /(\d+) kB minified, (\d+) kB gzipped/.exec(readme)?.slice(1).map(Number) ?? [];
  expect(stated[0]).toBeGreaterThan((0.8 * code.length) / 1_000);
  expect(stated[1]).toBeGreaterThan((0.8 * zipped) / 1_000);
  const said: string[] = [];
  const window = { URL, WebSocket, fetch, crypto, TextEncoder, setTimeout, clearTimeout };
  const page = createContext({ ...window, AbortController, AbortSignal, performance, said, url });
  const script = `${code}
    const page_ = page.connect({ url, getTicket: async () => undefined, onCandidates() {}, onText: (text) => said.push(text) });
    page_.send("hi").finally(() => page_.close());`;
  expect(await runInContext(script, page)).toBe("completed");
  expect(said.join("")).toBe("hello there");
});
