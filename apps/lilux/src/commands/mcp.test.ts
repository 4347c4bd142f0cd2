import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as IndependentTransport } from "@ai-sdk/mcp/mcp-stdio";
import { temporaryDirectory } from "@lilux/testkit";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterEach, expect, test } from "vitest";

const CHECKOUT = join(import.meta.dirname, "..", "..", "..", "..");
const PURGE = join("directives", "data", "purge_old_records.md");
const MAIN = join(import.meta.dirname, "..", "main.ts");
const LIMIT = { timeout: 120_000 };
const KNOWLEDGE = `---
title: House tone
tags: [style]
---
Write plainly.
`;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** The command with a library of its own, as a host would start it. */
async function hosted() {
  const { path } = await temporaryDirectory();
  const folder = join(path, ".ai", "knowledge", "writing");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "tone.md"), KNOWLEDGE);
  await cp(join(CHECKOUT, "examples", "library", ".ai", PURGE), join(path, ".ai", PURGE));
  return {
    command: process.execPath,
    args: ["--no-warnings", MAIN, "mcp"],
    cwd: path,
    // A named address would be asked; the default one may be somebody's running instance.
    env: { PATH: process.env["PATH"] ?? "", HOME: path, LILUX_PROJECT: path },
  };
}

const URI = "lilux://knowledge/writing/tone";
const RUN = { item_type: "knowledge", item_id: "writing/tone", action: "run" };

test.each(["current", "sessions"])("the official client uses it (%s)", LIMIT, async (era) => {
  const options = era === "current" ? ({ versionNegotiation: { mode: "auto" } } as const) : {};
  const client = new Client({ name: "test", version: "1" }, options);
  await client.connect(new StdioClientTransport({ ...(await hosted()), stderr: "inherit" }));
  closing.push(() => client.close());
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["search", "load", "execute", "help"]);
  const { resources } = await client.listResources();
  expect(resources).toContainEqual(expect.objectContaining({ uri: URI, title: "House tone" }));
  const answer = await client.callTool({ name: "execute", arguments: RUN });
  expect(answer.structuredContent).toMatchObject({ data: { title: "House tone" } });
  const missing = await client.callTool({ name: "execute", arguments: { ...RUN, item_id: "no" } });
  expect(missing).toMatchObject({
    isError: true,
    _meta: { "lilux/error": { code: "item_not_found" } },
  });
});

test("an independent client uses it", LIMIT, async () => {
  const transport = new IndependentTransport({ ...(await hosted()), stderr: "inherit" });
  const client = await createMCPClient({ transport });
  closing.push(() => client.close());
  const search = { item_type: "knowledge", query: "tone" };
  const found = await client.callTool({ name: "search", arguments: search });
  expect(found).toMatchObject({
    structuredContent: { results: [{ qualified_id: "writing/tone" }] },
  });
  const { contents } = await client.readResource({ uri: URI });
  expect(contents).toMatchObject([{ text: KNOWLEDGE }]);
});

test.each(["current", "sessions"])(
  "its person confirms what can do damage (%s)",
  LIMIT,
  async (era) => {
    const client = new Client(
      { name: "test", version: "1" },
      {
        capabilities: { elicitation: {} },
        ...(era === "current" ? { versionNegotiation: { mode: "auto" } } : {}),
      },
    );
    const answers = [false, true];
    client.setRequestHandler("elicitation/create", () => ({
      action: "accept",
      content: { confirm: answers.shift() ?? false },
    }));
    await client.connect(new StdioClientTransport(await hosted()));
    closing.push(() => client.close());
    const purge = { item_type: "directive", item_id: "data/purge_old_records", action: "run" };
    const parameters = { table: "visits", older_than_days: 90 };
    const call = { name: "execute", arguments: { ...purge, parameters } };
    expect(await client.callTool(call)).toMatchObject({
      isError: true,
      _meta: { "lilux/error": { code: "confirm_declined" } },
    });
    const { structuredContent } = await client.callTool(call);
    expect(structuredContent).toMatchObject({ status: "ready", inputs: parameters });
  },
);

/** The command by its streams. */
async function spawned() {
  const { command, args, ...options } = await hosted();
  const child = spawn(command, args, { ...options, stdio: "pipe" });
  closing.push(async () => child.kill("SIGKILL"));
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    output.out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output.err += chunk.toString();
  });
  const exited = once(child, "exit") as Promise<[number | null, string | null]>;
  return { child, output, exited };
}

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "t", version: "1" },
  },
};

// Mutant: logging to stdout, or keeping stdin when it has ended.
test(
  "it writes only messages to stdout, passes over what is none, and ends with its input",
  LIMIT,
  async () => {
    const { child, output, exited } = await spawned();
    const answered = once(child.stdout, "data");
    child.stdin.write(`no message\n{"nor":"this"}\n${JSON.stringify(INITIALIZE)}\n`);
    await answered;
    child.stdin.end();
    expect(await exited).toEqual([0, null]);
    const lines = output.out.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { id: 1, result: { protocolVersion: "2025-11-25", serverInfo: { name: "lilux" } } },
    ]);
    expect(output.err).toContain("mcp message refused");
  },
);

// Mutant: leaving out SIGTERM.
test("it ends in order when it is told to, with its input still open", LIMIT, async () => {
  const { child, exited } = await spawned();
  const answered = once(child.stdout, "data");
  child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
  await answered;
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});
