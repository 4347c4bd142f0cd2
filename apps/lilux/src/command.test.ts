import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { freePort, temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { CHECKOUT } from "./checkout.ts";
import { instanceThatAnswers } from "./testing/instance-that-answers.ts";

const MAIN = join(import.meta.dirname, "main.ts");

/** The command as its users run it, in a folder of its own. */
async function lilux(args: string[], env: Record<string, string> = {}) {
  const { path } = await temporaryDirectory();
  const done = spawnSync(process.execPath, ["--no-warnings", MAIN, ...args], {
    encoding: "utf8",
    cwd: path,
    env: { PATH: process.env["PATH"] ?? "", HOME: path, NO_COLOR: "1", ...env },
    timeout: 60_000,
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

test.each(["up", "predict", "search", "load", "execute", "doctor", "key", "mcp"])(
  "%s explains itself",
  async (command) => {
    const { code, out } = await lilux([command, "--help"]);
    expect(code).toBe(0);
    expect(out).toContain(`lilux ${command}`);
  },
);

test.each([
  [["predict"]],
  [["nonsense"]],
  [["up", "--port", "abc"]],
  [["search", "script"]],
  [["key", "Not A Tenant"]],
])("wrong usage ends with 2: %j", async (args) => {
  const { code, err } = await lilux(args);
  expect(code).toBe(2);
  expect(err).not.toBe("");
});

// Mutant: `portNamed` without its catch.
test.each([
  ["PORT", "abc"],
  ["PORT", "70000"],
  ["LILUX_ADMIN_PORT", "-1"],
])("%s=%s is told in one sentence, and nothing starts", async (name, value) => {
  const { code, out, err } = await lilux(["up"], { [name]: value });
  expect(code).toBe(2);
  expect(err.split("\n")[0]).toBe(
    `lilux: cannot start. ${name} is "${value}". A port is a whole number from 0 to 65535.`,
  );
  expect(out + err).not.toMatch(/^\s+at /m);
});

test("an instance that is named and not there ends with 3 and says what to do", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { code, err } = await lilux(["predict", "find email"], { LILUX_URL: url });
  expect(code).toBe(3);
  expect(err).toContain("lilux up");
});

// Mutant: a version of its own in the program, as a release would forget.
test("--version says which version this is, as the checkout does", async () => {
  const manifest = await readFile(join(CHECKOUT, "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const { code, out, err } = await lilux(["--version"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toBe(
    `lilux ${version} (node ${process.version}, ${process.platform} ${process.arch})\n`,
  );
});

/** The command with something piped in. */
async function piped(args: string[], given: string | Uint8Array, env: Record<string, string>) {
  const child = spawn(process.execPath, ["--no-warnings", MAIN, ...args], {
    env: { PATH: process.env["PATH"] ?? "", NO_COLOR: "1", ...env },
  });
  child.stdin.end(given);
  const [[code], err] = await Promise.all([once(child, "close"), text(child.stderr)]);
  return { code: Number(code), err };
}

// Mutant: "-" read as the name of a file.
test("an item is made of what is piped in, byte for byte, and of nothing that is no text", async () => {
  const result = { item_type: "knowledge", item_id: "a", action: "create", data: null };
  const { url, asked } = await instanceThatAnswers(() => ({
    events: [
      { type: "result", result: { ...result, status: "success", metadata: { durationMs: 1 } } },
    ],
  }));
  const args = ["execute", "knowledge", "a", "--action", "create", "--content", "-"];
  const content = "# 界 \r\nno end of line";
  expect(await piped(args, content, { LILUX_URL: url })).toMatchObject({ code: 0 });
  expect(asked[0]?.body).toMatchObject({ parameters: { content } });
  const refused = await piped(args, new Uint8Array([0xff, 0xfe, 0x00]), { LILUX_URL: url });
  expect(refused.code).toBe(2);
  expect(refused.err).toContain("--content - cannot be read as UTF-8 text");
  expect(asked).toHaveLength(1);
});

test("a key is printed with the hash that admits it", async () => {
  const { code, out } = await lilux(["key", "acme", "--json"]);
  expect(code).toBe(0);
  const { key, entry } = JSON.parse(out) as { key: string; entry: string };
  expect(key).toMatch(/^lx_[A-Za-z0-9_-]{43}$/);
  expect(entry).toMatch(/^acme=sha256:[0-9a-f]{64}$/);
  expect(entry).not.toContain(key);
});

test("without an instance predict starts one, answers in JSON and ends", {
  timeout: 60_000,
}, async () => {
  const { code, out } = await lilux(["predict", "find email scripts", "--json"]);
  expect(code).toBe(0);
  const answer = JSON.parse(out) as { candidates: { call: { name: string } }[] };
  expect(answer.candidates[0]?.call).toMatchObject({
    name: "search",
    arguments: { item_type: "script", query: "email" },
  });
});
