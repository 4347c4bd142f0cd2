import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { instanceThatAnswers } from "./testing/instance-that-answers.ts";
import { runCommand } from "./testing/run-command.ts";

const PATH = process.env["PATH"] ?? "";

// Mutant: exit 0 from `check` whatever it found.
test("a new item passes the check, and one that is spoilt fails it, with the place and what to do", async () => {
  const { path } = await temporaryDirectory();
  const env = { LILUX_PROJECT: path, PATH, HOME: path };
  const made = await runCommand(["new", "tool", "data/count", "It", "counts."], env);
  expect(made.code).toBe(0);
  const file = join(path, ".ai", "scripts", "data", "count.py");
  expect(await runCommand(["check", path], env)).toMatchObject({ code: 0 });
  expect(await runCommand(["new", "script", "data/count", "Again."], env)).toMatchObject({
    code: 1,
    err: expect.stringContaining("item_exists"),
  });
  await writeFile(file, `${await readFile(file, "utf8")}\nimport requests\n`);
  const spoilt = await runCommand(["check", file], env);
  expect(spoilt.code).toBe(1);
  expect(spoilt.out).toMatch(/count\.py:\d+:1 .*requests.*\[undeclared-import\]\n +Write __dep/);
  const { problems } = JSON.parse((await runCommand(["check", file, "--json"], env)).out) as {
    problems: { rule: string; severity: string }[];
  };
  expect(problems).toMatchObject([{ rule: "undeclared-import", severity: "error" }]);
});

test("a folder without an item fails the check, and one that is not there is wrong use", async () => {
  const { path } = await temporaryDirectory();
  await writeFile(join(path, "a.csv"), "1");
  expect(await runCommand(["check", join(path, "gone")], { HOME: path })).toMatchObject({
    code: 2,
  });
  expect(await runCommand(["check", path], { HOME: path })).toMatchObject({ code: 2 });
  expect(await runCommand(["check", join(path, "a.csv")], { HOME: path })).toMatchObject({
    code: 1,
  });
});

const offset = (events: object[]) => events.map((event, at) => ({ ...event, offset: at + 1 }));
const call = { name: "execute", arguments: { item_type: "script", item_id: "a", action: "run" } };

// Mutant: print each piece of text as a line of its own.
test("ask tells an answer line by line, calls beside it, and asks the orchestrator unless told --enter", async () => {
  const turnId = "t1";
  const { url, asked } = await instanceThatAnswers(({ path }) =>
    path === "/v1/turns"
      ? {
          events: offset([
            { type: "turn-accepted", turnId },
            { type: "turn-start", turnId, path: "slow" },
            { type: "call-start", turnId, callId: "c", call },
            { type: "call-progress", turnId, callId: "c", text: "half way", lines: 1 },
            { type: "call-end", turnId, callId: "c", ok: true, durationMs: 3 },
            { type: "text-delta", turnId, text: "two " },
            { type: "text-delta", turnId, text: "words\nand more" },
            { type: "turn-end", turnId, outcome: "completed" },
          ]),
        }
      : undefined,
  );
  const told = await runCommand(["ask", "how", "many"], { LILUX_URL: url });
  expect(told).toMatchObject({ code: 0, out: "two words\nand more\n" });
  expect(told.err).toContain("half way");
  expect(asked[0]?.body).toMatchObject({ text: "how many", ask: true });
  await runCommand(["ask", "--enter", "go"], { LILUX_URL: url });
  expect(asked[1]?.body).toMatchObject({ ask: false });
});

test("a question that nobody is there to answer is declined, and ends with 4", async () => {
  const turnId = "t1";
  const { url, asked } = await instanceThatAnswers(({ path }) => {
    if (path.endsWith("/confirm")) return { json: { taken: true } };
    const question = { type: "confirm-request", turnId, callId: "c", call, reason: "It deletes." };
    return {
      events: offset([
        { type: "turn-accepted", turnId },
        { ...question, effect: "destructive" },
        { type: "turn-end", turnId, outcome: "completed" },
      ]),
    };
  });
  const told = await runCommand(["ask", "delete it"], { LILUX_URL: url });
  expect(told.code).toBe(4);
  expect(told.err).toContain("It deletes.");
  expect(asked.at(-1)?.body).toEqual({ callId: "c", approve: false });
});

test("the library is listed whole, over its pages, with what cannot be read", async () => {
  const item = (id: string) => ({
    item_type: "script",
    item_id: id,
    qualified_id: `x/${id}`,
    name: id,
    category: "x",
    description: `It is ${id}.`,
    source: "project",
    version: "1",
    tags: [],
    inputs: [],
    effect: "read",
    content_hash: "",
  });
  const { url } = await instanceThatAnswers(({ path }) => ({
    json: path.includes("offset")
      ? { version: "1", items: [item("b")], broken: [] }
      : { version: "1", items: [item("a")], broken: [], nextOffset: 1 },
  }));
  const { out, code } = await runCommand(["items", "script"], { LILUX_URL: url });
  expect(code).toBe(0);
  expect(out).toMatch(/x\/a .*\n +It is a\.\n.*x\/b /);
  expect(await runCommand(["items", "colour"], { LILUX_URL: url })).toMatchObject({ code: 2 });
});

const RUN = { item_type: "script", item_id: "a", action: "run", data: null };

// Mutant: an execute that is not read as a stream.
test("a run tells what it says while it runs, what it made, and of one that failed its whole log", async () => {
  const { path } = await temporaryDirectory();
  let status = "success";
  const { url, asked } = await instanceThatAnswers(({ path: asking }) => {
    if (asking.startsWith("/v1/runs/")) return { bytes: "1,2" };
    const result = {
      ...RUN,
      status,
      metadata: { durationMs: 1, exitCode: 1 },
      artifacts: [{ name: "out/a.csv", bytes: 3, sha256: "0", path: "outputs/a.csv" }],
      logs: ["seen", "Traceback: no such column"],
    };
    return {
      events: [
        { type: "progress", text: "seen" },
        { type: "result", result },
      ],
    };
  });
  const save = join(path, "made");
  const done = await runCommand(["execute", "script", "a", "--save", save], { LILUX_URL: url });
  expect(done).toMatchObject({ code: 0, err: expect.stringContaining("seen") });
  expect(done.out).toContain("made out/a.csv");
  expect(await readFile(join(save, "out", "a.csv"), "utf8")).toBe("1,2");
  expect(asked[0]?.body).toMatchObject({ callId: expect.stringMatching(/^cli-/) });
  expect(asked[1]?.path).toMatch(/^\/v1\/runs\/cli-[\w-]+\/artifacts\/out%2Fa\.csv$/);
  status = "error";
  const failed = await runCommand(["execute", "script", "a"], { LILUX_URL: url });
  expect(failed.code).toBe(1);
  expect(failed.out).toContain("Traceback: no such column");
  expect(failed.out).not.toContain("seen");
});

test("a run cannot save a file outside of the folder that was named", async () => {
  const { path } = await temporaryDirectory();
  const artifacts = [{ name: "../up.txt", bytes: 1, sha256: "0", path: "x" }];
  const result = { ...RUN, status: "success", metadata: { durationMs: 1 }, artifacts };
  const { url } = await instanceThatAnswers(() => ({ events: [{ type: "result", result }] }));
  const args = ["execute", "script", "a", "--save", join(path, "made")];
  expect(await runCommand(args, { LILUX_URL: url })).toMatchObject({
    code: 2,
    err: expect.stringContaining("up.txt"),
  });
});

// Mutant: leave out `enablePositionalOptions`.
test("a version that is asked for is load's, and not the command's own", async () => {
  const { url, asked } = await instanceThatAnswers(() => undefined);
  const args = ["load", "script", "a", "--from", "registry", "--version", "^1"];
  await runCommand(args, { LILUX_URL: url });
  expect(asked[0]?.body).toMatchObject({ version: "^1", source: "registry" });
});

test("bash completes commands, their subcommands, item types, and what an option takes", async () => {
  const { out } = await runCommand(["completion", "bash"]);
  const completing = (...words: string[]): string => {
    const set = `COMP_WORDS=(lilux ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}`;
    const ask = `${out}\n${set}; _lilux; echo "\${COMPREPLY[@]}"`;
    return spawnSync("bash", ["--norc", "-c", ask], { encoding: "utf8" }).stdout.trim();
  };
  expect(completing("che")).toBe("check");
  expect(completing("library", "")).toContain("teach phrasings forget-phrasings");
  expect(completing("execute", "sc")).toBe("script");
  expect(completing("search", "script", "x", "--source", "re")).toBe("registry");
  expect(completing("eval", "router", "--pre")).toBe("--prefixes");
});

test("zsh and fish are given every command and option that there is", async () => {
  const { out: bash } = await runCommand(["completion", "bash"]);
  const paths = [...bash.matchAll(/^ +"(lilux[^"]*)"\) choices="([^"]*)"/gm)];
  expect(paths.length).toBeGreaterThan(30);
  for (const shell of ["zsh", "fish"]) {
    const { out } = await runCommand(["completion", shell]);
    for (const [, path = "", words = ""] of paths) {
      expect(out).toContain(shell === "fish" ? `"${path.replace(" --", '" "--')}"` : `"${path}"`);
      for (const word of words.split(" ")) expect(out).toContain(`'${word}`);
    }
  }
});
