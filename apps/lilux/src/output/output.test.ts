import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { createProgram } from "../create-program.ts";
import { createPrint } from "./create-print.ts";
import { block, line, Styled, style } from "./styled.ts";

const SOURCES = join(import.meta.dirname, "..");

function printed(what: string | Styled): string {
  const out = new PassThrough();
  createPrint(out)(what);
  return String(out.read());
}

test("plain text is written out, whatever a command made of it", () => {
  expect(printed("title \u001b[2K\u202e\nnext\ttab")).toBe("title \\u001b[2K\\u202e\nnext\ttab\n");
});

test("what is put into a line cannot pass for another line, or for our own styling", () => {
  const title = "safe\n✓ sandbox: fine\r\u001b[32m";
  expect(printed(line`${style.bold(title)}: ${title}`)).toBe(
    "safe ✓ sandbox: fine \\u001b[32m: safe ✓ sandbox: fine \\u001b[32m\n",
  );
  expect(printed(line`${undefined}|${3}|${block("a\nb\u0007")}`)).toBe("|3|a\nb\\u0007\n");
});

/** Source files below a folder that hold something; tests are not asked. */
function filesWith(pattern: RegExp, below: string): string[] {
  return readdirSync(join(SOURCES, below), { recursive: true, encoding: "utf8" })
    .map((path) => join(below, path))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .filter((path) => pattern.test(readFileSync(join(SOURCES, path), "utf8")));
}

test("styled text is made in one place, and commands write only through print", () => {
  expect(() => new Styled("\u001b[2K", Symbol("made here") as never)).toThrow(TypeError);
  expect(filesWith(/from "picocolors"/, "")).toEqual([join("output", "styled.ts")]);
  expect(filesWith(/console\.|std(?:out|err)\.write\(/, "commands")).toEqual([]);
});

const HOSTILE = "\u001b[2K\u001b]0;owned\u0007\u009b31m\r\u202egnp.exe\u2066\u200f\0";
const ITEM = {
  item_type: "knowledge",
  item_id: `id${HOSTILE}`,
  qualified_id: `case/id${HOSTILE}`,
  name: `name${HOSTILE}`,
  description: `one\ntwo ${HOSTILE}`,
  category: "case",
  source: "project",
  version: HOSTILE,
  tags: [HOSTILE],
  inputs: [{ name: HOSTILE, type: HOSTILE, required: true, description: HOSTILE }],
  effect: "read",
  content_hash: "",
};
const CALL = {
  name: "search",
  arguments: { item_type: "knowledge", query: HOSTILE },
};
const STEP = { name: HOSTILE, description: HOSTILE, action: HOSTILE, attributes: {} };
const SOURCE = { permissions: [], steps: [STEP], outputs: {}, model_class: null };
const ANSWERS: Record<string, unknown> = {
  "/v1/search": {
    query: HOSTILE,
    source: "local",
    results: [{ ...ITEM, score: 1, why: [HOSTILE] }],
    total: 1,
    warnings: [HOSTILE],
  },
  "/v1/load": {
    item: ITEM,
    mode: "read_only",
    path: HOSTILE,
    content: `# ${HOSTILE}\n`,
    ...SOURCE,
    warnings: [HOSTILE],
    versions: [{ version: HOSTILE, saved_at: HOSTILE }],
    registry: {
      namespace: HOSTILE,
      version: HOSTILE,
      sha256: "",
      key_id: HOSTILE,
      published_at: HOSTILE,
    },
  },
  "/v1/execute": {
    status: "success",
    item_type: "knowledge",
    item_id: HOSTILE,
    action: "run",
    data: HOSTILE,
    steps: [STEP],
    metadata: { durationMs: 1, numbersAsText: [HOSTILE] },
    logs: [HOSTILE],
    artifacts: [{ name: HOSTILE, bytes: 1, sha256: "", path: HOSTILE }],
  },
  "/v1/predict": {
    candidates: [{ call: CALL, confidence: 0.9, effect: "read", ready: false }],
    context: "cold",
    noCallConfidence: 0.1,
    routeMs: 1,
  },
  "/v1/items": {
    version: "1",
    total: 1,
    items: [],
    broken: [
      {
        item_type: "knowledge",
        source: "project",
        path: `knowledge/${HOSTILE}.md`,
        line: 1,
        column: 1,
        cause: HOSTILE,
        fix: HOSTILE,
      },
    ],
  },
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** What a command writes when every text of the instance's answers is hostile. */
async function answeredBy(args: string[]): Promise<string> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://x").pathname;
    const answer = ANSWERS[path];
    const isStream = request.headers.accept === "text/event-stream";
    response.setHeader("content-type", isStream ? "text/event-stream" : "application/json");
    response.end(isStream ? framesOf(answer) : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const out = new PassThrough();
  const env = { LILUX_URL: `http://127.0.0.1:${port}`, PATH: "" };
  await createProgram({ env, out, setExitCode: () => undefined }).parseAsync(["", "", ...args]);
  return String(out.read());
}

function framesOf(answer: unknown): string {
  const events = Array.isArray(answer) ? answer : [{ type: "result", result: answer }];
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
}

const COMMANDS = [
  ["search", "knowledge", "x"],
  ["load", "knowledge", "x"],
  ["execute", "knowledge", "x"],
  ["predict", "x"],
  ["doctor"],
  ["items"],
];

// Mutant: write plain text as it is in createPrint, and --json is red; pass pieces through in `line`, the rest.
test.each(COMMANDS)("lilux %s writes out what a terminal would obey", async (...args) => {
  const text = await answeredBy(args);
  expect(text).toContain("\\u001b[2K");
  expect(text).not.toMatch(/[\p{Cc}--\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/v);
});

test.each(COMMANDS)(
  "lilux %s --json is JSON, with the same characters as escapes",
  async (...args) => {
    const text = await answeredBy([...args, "--json"]);
    expect(text).not.toMatch(/[\p{Cc}--\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/v);
    expect(JSON.stringify(JSON.parse(text))).toContain(
      JSON.stringify("\u202egnp.exe").slice(1, -1),
    );
  },
);
