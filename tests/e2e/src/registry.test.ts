import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LoadResult } from "@lilux/protocol";
import {
  describeWithServer,
  eventually,
  startPostgresServer,
  type TemporaryDirectory,
  type TestServer,
  temporaryDirectory,
} from "@lilux/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MODES, type Mode, type Running, startMode } from "./start-mode.ts";

const ITEM = { item_type: "knowledge", item_id: "notes/first" };
const FROM_REGISTRY = { ...ITEM, item_id: "@local/notes/first", source: "registry" };
const TEXT = "---\ntitle: First\nversion: 1.0.0\n---\nWhat was published.\n";

/** Embedded on PGlite, distributed on a real Postgres: what users of each have. */
for (const mode of MODES) {
  describeWithServer(`${mode}: the registry`, mode === "embedded" ? [] : ["postgres"], () => {
    let project: TemporaryDirectory;
    let postgres: TestServer | undefined;
    let running: Running;

    beforeAll(async () => {
      project = await temporaryDirectory();
      mkdirSync(join(project.path, ".ai", "knowledge", "notes"), { recursive: true });
      writeFileSync(join(project.path, ".ai", "knowledge", "notes", "first.md"), TEXT);
      postgres = mode === "embedded" ? undefined : await startPostgresServer({ owned: true });
      const env = postgres === undefined ? {} : { LILUX_DATABASE_URL: postgres.url };
      running = await startMode(mode, { project: project.path, env });
    }, 120_000);
    afterAll(async () => {
      await running.stop();
      await postgres?.stop();
      await project.remove();
    });

    test("keeps what was published through the death of the process that published it", async () => {
      const publish = { ...ITEM, action: "publish" };
      const asked = await post(running, "/v1/execute", publish);
      expect(asked.body).toMatchObject({ code: "confirm_required" });
      const { callId, callDigest, nonce } = asked.body["details"] as Record<string, string>;
      const confirmed = { ...publish, confirmation: { callId, callDigest, nonce } };
      const done = await post(running, "/v1/execute", confirmed);
      expect(done.body, JSON.stringify(done.body)).toMatchObject({ status: "success" });
      expect(await loaded(running)).toMatchObject({
        content: TEXT,
        registry: { namespace: "local" },
      });
      running.kill9(processOf(mode));
      await eventually(() => running.restarts(processOf(mode)) > 0, { withinMs: 30_000 });
      // The pinned key and the signature are checked against files and rows of the first life.
      const again = await eventually(() => loaded(running), { withinMs: 60_000, everyMs: 200 });
      expect(again).toMatchObject({ content: TEXT, registry: { version: "1.0.0" } });
    }, 180_000);
  });
}

function processOf(mode: Mode): string {
  return mode === "embedded" ? "lilux" : "kiwi";
}

async function loaded(running: Running): Promise<LoadResult> {
  const { status, body } = await post(running, "/v1/load", FROM_REGISTRY);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as unknown as LoadResult;
}

async function post(
  { url }: Running,
  path: string,
  body: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
