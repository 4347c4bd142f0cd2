import { once } from "node:events";
import { createServer } from "node:http";
import { freePort, temporaryDirectory } from "@lilux/testkit";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { expect, onTestFinished, test } from "vitest";
import { instanceThatAnswers } from "../testing/instance-that-answers.ts";
import { doctor, watchFindings } from "./doctor.ts";

const Report = Type.Object({
  findings: Type.Array(
    Type.Object({
      check: Type.String(),
      state: Type.String(),
      detail: Type.String(),
      fix: Type.Optional(Type.String()),
    }),
  ),
});

/** What the doctor says of the language model. */
async function findings(env: Record<string, string>) {
  const { path } = await temporaryDirectory();
  const lines: unknown[] = [];
  const here = { PATH: "", HOME: path, LILUX_URL: `http://127.0.0.1:${await freePort()}` };
  await doctor({ env: { ...here, ...env }, json: true, print: (text) => void lines.push(text) });
  const report = Value.Parse(Report, JSON.parse(lines.join("")));
  return report.findings.filter(({ check }) => check.startsWith("language model"));
}

test("a language model server that is not there is named, with what to do", async () => {
  const url = `http://127.0.0.1:${await freePort()}/v1`;
  expect(await findings({ LILUX_LLM_URL: url })).toMatchObject([
    {
      check: "language model, server",
      state: "bad",
      fix: expect.stringContaining("LILUX_LLM_URL"),
    },
  ]);
});

test("a server that was started without tool calls is contacted, and the missing flag is named", async () => {
  const server = createServer(async (request, response) => {
    if (request.url === "/v1/models") {
      return response.end('{"data":[{"id":"base","max_model_len":4096}]}');
    }
    let body = "";
    for await (const piece of request) body += String(piece);
    if (!body.includes('"tools"')) {
      return response.end('{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}');
    }
    response.statusCode = 400;
    const message = '"auto" tool choice requires --enable-auto-tool-choice';
    return response.end(JSON.stringify({ error: { message } }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const found = await findings({ LILUX_LLM_URL: `http://127.0.0.1:${port}` });
  expect(found.find(({ check }) => check.endsWith("tools"))).toMatchObject({
    state: "warn",
    fix: expect.stringContaining("--enable-auto-tool-choice"),
  });
  expect(found.find(({ check }) => check.endsWith("window"))?.detail).toContain("4096");
  expect(found.find(({ check }) => check.endsWith("model"))?.detail).toContain("base");
});

// Mutant: asking this shell's LILUX_LLM_URL although an instance answers.
test("an instance that answers is asked for its language model, and not this shell", async () => {
  let models = ["lilux", "lilux-router", "qwen"];
  const { url } = await instanceThatAnswers(({ path }) => {
    if (path === "/health/ready") return { json: { ready: true, reasons: [] } };
    return path === "/v1/models" ? { json: { data: models.map((id) => ({ id })) } } : undefined;
  });
  const dead = `http://127.0.0.1:${await freePort()}/v1`;
  const env = { LILUX_URL: url, LILUX_LLM_URL: dead };
  expect(await findings(env)).toEqual([
    { check: "language model", state: "good", detail: "the instance has qwen" },
  ]);
  models = ["lilux", "lilux-router"];
  expect(await findings(env)).toMatchObject([
    { state: "warn", detail: expect.stringContaining("has none") },
  ]);
});

test("a library that is polled is a warning with the number to raise", () => {
  const polled = { folder: "/home/me", mode: { kind: "polling", refusal: "ENOSPC" } } as const;
  const watched = { folder: "/home/me/project", mode: { kind: "watching" } } as const;
  expect(watchFindings([watched, polled])).toEqual([
    { check: "watching", state: "good", detail: "/home/me/project" },
    {
      check: "watching",
      state: "warn",
      detail: expect.stringContaining("ENOSPC"),
      fix: expect.stringContaining("max_user_watches"),
    },
  ]);
});
