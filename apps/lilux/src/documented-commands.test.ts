import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createLogger } from "@lilux/runtime";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProgram } from "./create-program.ts";
import { createEmbedded, type Embedded } from "./embedded/create-embedded.ts";
import { misuseOf, regionsOf, type Typed, typedIn } from "./testing/documented-commands.ts";
import { runCommand } from "./testing/run-command.ts";

// What Start and Guides tell to type lies in examples/, and the pages show those files (tools/tidy holds
// them to it). Here it is typed: `npm start` is the instance below, with a team's key and a project in ~/mine.

const CHECKOUT = join(import.meta.dirname, "..", "..", "..");
const START = "examples/start/ten-minutes.sh";
const DIRECTIVE = "examples/guides/write-a-directive.sh";
/** Of what hangs: on busy cores each look at the library, or start of a process, takes its time. */
const LIMIT = { timeout: 240_000 };

let home = "";
let mine = "";
let key = "";
let embedded: Embedded;
let env: Record<string, string> = {};

beforeAll(async () => {
  ({ path: home } = await temporaryDirectory());
  mine = join(home, "mine");
  await mkdir(mine);
  const made = JSON.parse((await runCommand(["key", "acme", "--json"])).out) as {
    key: string;
    entry: string;
  };
  key = made.key;
  await writeFile(join(home, "keys"), made.entry);
  embedded = createEmbedded({
    logger: createLogger({ service: "documented", level: "silent" }),
    env: {
      PATH: process.env["PATH"] ?? "",
      PORT: "0",
      LILUX_API_KEYS_FILE: join(home, "keys"),
      LILUX_PROJECT: mine,
      LILUX_USER_HOME: join(home, "user"),
      LILUX_STATE_DIR: join(home, "state"),
      LILUX_EMBEDDINGS_DIR: join(home, "cache"),
      LILUX_PACKAGES_DIR: join(home, "cache"),
    },
  });
  await embedded.start();
  const url = `http://127.0.0.1:${embedded.address().port}`;
  env = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    LILUX_URL: url,
    LILUX_API_KEY: key,
  };
});
afterAll(() => embedded.stop());

/** Types a region, in a folder of the person's own; the answers of its `lilux` commands, which all have to end well. */
async function type(file: string, region: string, folder = mine): Promise<string[]> {
  const typed = await typedIn(file, { region, home, record: join(home, "typed") });
  const commands = typed.filter(({ program }) => program === "lilux");
  expect(commands.length).toBeGreaterThan(0);
  const answers: string[] = [];
  for (const command of commands) {
    const stays = command.folder === CHECKOUT;
    answers.push(await answerTo(stays ? { ...command, folder } : command));
  }
  return answers;
}

async function answerTo({ args, folder }: Typed): Promise<string> {
  process.chdir(folder);
  try {
    const { code, out, err } = await runCommand(args, env);
    expect({ args, code, err: code === 0 ? "" : err }).toEqual({ args, code: 0, err: "" });
    return out;
  } finally {
    process.chdir(CHECKOUT);
  }
}

/** As a person does who looks again: an item that was saved is seen within seconds, a busy machine later. */
function untilTyped(file: string, region: string, says: readonly RegExp[]): Promise<void> {
  return eventually(
    async () => {
      const answers = await type(file, region);
      for (const [at, pattern] of says.entries()) expect(answers[at]).toMatch(pattern);
    },
    { withinMs: 50_000 },
  );
}

// Mutants: `text` for `--text` in word_count.py; `lilux makes` in ten-minutes.sh; a region that no longer stands.
test(
  "ten minutes: what the page tells to type makes an item, finds it right, runs it and predicts it",
  LIMIT,
  async () => {
    await type(START, "command");
    const [made = "", found = ""] = await type(START, "make");
    expect(made).toContain("notes/word_count");
    expect(found).toContain("0 errors");
    const script = join(mine, ".ai", "scripts", "notes", "word_count.py");
    await copyFile(join(CHECKOUT, "examples/start/word_count.py"), script);
    expect(await answerTo({ program: "lilux", args: ["check"], folder: mine })).toContain(
      "0 errors",
    );
    await untilTyped(START, "run", [/"words": 3/, /word_count/]);
    await untilTyped(START, "ask", [/word_count/]);
  },
);

test(
  "write a directive: it is made, whole as the page shows it, and told as steps with its input in them",
  LIMIT,
  async () => {
    await type(DIRECTIVE, "new");
    const file = join(mine, ".ai", "directives", "release", "announce.md");
    await copyFile(join(CHECKOUT, "examples/guides/announce.md"), file);
    const draft = join(CHECKOUT, "examples/library/.ai/scripts/release/changelog_draft.py");
    await copyFile(draft, join(mine, ".ai", "scripts", "notes", "changelog_draft.py"));
    expect((await type(DIRECTIVE, "check"))[0]).toContain("0 errors");
    await untilTyped(DIRECTIVE, "run", [/what is new in 2\.4/]);
  },
);

// After the test above: it is the directive that is made there.
test(
  "the program of the checklist runs that directive through the client, and prints its steps",
  LIMIT,
  async () => {
    const program = join(home, "program");
    await mkdir(join(program, "node_modules", "@lilux"), { recursive: true });
    const client = join(CHECKOUT, "packages", "client");
    await symlink(client, join(program, "node_modules", "@lilux", "client"), "dir");
    await copyFile(join(CHECKOUT, "examples/start/run-directive.mjs"), join(program, "run.mjs"));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--no-warnings", join(program, "run.mjs")],
      { env, timeout: 60_000 },
    );
    expect(stdout).toMatch(/what is new in 2\.4/);
    expect(stdout).toMatch(/\ncompleted\n$/);
  },
);

test(
  "every lilux command in examples is one that the program takes, whether or not a test can run it",
  LIMIT,
  async () => {
    const files = (await readdir(join(CHECKOUT, "examples"), { recursive: true }))
      .filter((path) => path.endsWith(".sh"))
      .map((path) => join("examples", path));
    let seen = 0;
    const wrong: string[] = [];
    for (const file of files) {
      for (const region of await regionsOf(file)) {
        const record = join(home, "typed");
        const typed = await typedIn(file, { region, home, record, isOnlyHeard: true });
        for (const { args } of typed.filter(({ program }) => program === "lilux")) {
          const program = createProgram({ env: {}, out: process.stdout, setExitCode: () => {} });
          const misuse = misuseOf(program, args);
          seen += 1;
          if (misuse !== undefined) wrong.push(`${file}#${region}: ${misuse}`);
        }
      }
    }
    expect(seen).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
    const program = createProgram({ env: {}, out: process.stdout, setExitCode: () => {} });
    expect(misuseOf(program, ["library", "teach", "--everything"])).toContain("--everything");
    expect(misuseOf(program, ["search", "script"])).toContain("other arguments");
  },
);

test(
  "the items and lines that docs/evaluating-the-router.md shows are evaluated as it says",
  LIMIT,
  async () => {
    const [said = ""] = await type("examples/guides/evaluate.sh", "router", CHECKOUT);
    for (const file of ["examples/evaluating/items.json", "examples/evaluating/data.jsonl"]) {
      const command = await readFile(join(CHECKOUT, "examples/guides/evaluate.sh"), "utf8");
      expect(command).toContain(file);
    }
    expect(said).toContain("2 lines, 1 items");
  },
);

interface Hosts {
  mcpServers: {
    lilux: {
      command: string;
      args: string[];
      url: string;
      headers: Record<string, string>;
      env: Record<string, string>;
    };
  };
}

async function example(path: string): Promise<Hosts["mcpServers"]["lilux"]> {
  const text = await readFile(join(CHECKOUT, path), "utf8");
  return (JSON.parse(text) as Hosts).mcpServers.lilux;
}

async function toolsOver(transport: Parameters<Client["connect"]>[0]): Promise<string[]> {
  const client = new Client({ name: "a host", version: "1" });
  await client.connect(transport);
  try {
    return (await client.listTools()).tools.map(({ name }) => name);
  } finally {
    await client.close();
  }
}

test(
  "a host's settings as docs/mcp.md has them start the server, or reach one with a key",
  LIMIT,
  async () => {
    const starts = await example("examples/mcp/starts.json");
    const [file = "", ...rest] = starts.args;
    expect(starts.command).toBe("node");
    expect(existsSync(file.replace("/path/to/lilux", CHECKOUT))).toBe(true);
    const child = new StdioClientTransport({
      command: process.execPath,
      // What that file starts, once it has seen to the toolchain: a test installs nothing.
      args: ["--no-warnings", join(CHECKOUT, "apps/lilux/src/main.ts"), ...rest],
      env: { ...env, ...starts.env, LILUX_PROJECT: mine },
    });
    expect(await toolsOver(child)).toContain("execute");
    const { url, headers } = await example("examples/mcp/connects.json");
    const address = new URL(new URL(url).pathname, env["LILUX_URL"]);
    const authorization = headers["Authorization"]?.replace(/lx_\S+/, key) ?? "";
    const http = new StreamableHTTPClientTransport(address, {
      requestInit: { headers: { authorization } },
    });
    expect(await toolsOver(http)).toContain("execute");
  },
);
