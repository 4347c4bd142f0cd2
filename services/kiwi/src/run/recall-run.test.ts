import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecuteResult } from "@lilux/protocol";
import { temporaryDirectory, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { readArtifact, recallRun } from "./recall-run.ts";

const sha256Of = (text: string) => createHash("sha256").update(text).digest("hex");

function runWith(files: { name: string; path: string; text: string }[]): ExecuteResult {
  return {
    status: "success",
    item_type: "script",
    item_id: "tides",
    action: "run",
    data: null,
    metadata: { durationMs: 1 },
    artifacts: files.map(({ name, path, text }) => ({
      name,
      path,
      bytes: text.length,
      sha256: sha256Of(text),
    })),
  };
}

/** A run of one tenant, kept by this process. */
function kept(result: ExecuteResult) {
  return {
    records: {
      find: ({ tenant, callId }: { tenant: string; callId: string }) =>
        tenant === "acme" && callId === "c1" ? Promise.resolve(result) : undefined,
    },
    calls: { recall: async () => undefined },
  };
}

const asked = (name: string, more: object = {}) => ({
  tenant: testTenant("acme"),
  callId: "c1",
  name,
  offset: 0,
  ...more,
});

test("a file that a run made is read as it was left, in parts, for its tenant alone", async () => {
  await using directory = await temporaryDirectory();
  const folder = directory.path;
  const text = "x".repeat(700_000);
  const path = ".ai/outputs/2026-01-01/tides-1/chart.csv";
  await mkdir(join(folder, ".ai/outputs/2026-01-01/tides-1"), { recursive: true });
  await writeFile(join(folder, path), text);
  const runs = kept(runWith([{ name: "chart.csv", path, text }]));
  const first = await readArtifact(asked("chart.csv"), folder, runs);
  const offset = Buffer.from(first.content, "base64").length;
  const second = await readArtifact(asked("chart.csv", { offset }), folder, runs);
  const parts = [first, second].map(({ content }) => Buffer.from(content, "base64").toString());
  expect(parts.join("")).toBe(text);
  expect(first.bytes).toBe(700_000);
  const refused = { code: "not_found" };
  for (const other of [{ tenant: testTenant("rival") }, { callId: "c2" }, { name: "other.csv" }]) {
    const request = asked("chart.csv", other);
    await expect(readArtifact(request, folder, runs), JSON.stringify(other)).rejects.toMatchObject(
      refused,
    );
  }
  await writeFile(join(folder, path), "changed since");
  await expect(readArtifact(asked("chart.csv"), folder, runs)).rejects.toMatchObject(refused);
});

// Mutants: `isInside` is true; O_NOFOLLOW is left out.
test("no name, path or link leads out of what runs made", async () => {
  await using directory = await temporaryDirectory();
  const folder = directory.path;
  const text = "secret";
  await mkdir(join(folder, ".ai/outputs/run"), { recursive: true });
  await mkdir(join(folder, "private"));
  await writeFile(join(folder, "private", "key"), text);
  await symlink(join(folder, "private", "key"), join(folder, ".ai/outputs/run/link"));
  await symlink(join(folder, "private"), join(folder, ".ai/outputs/folder"));
  const runs = kept(
    runWith([
      { name: "up", path: ".ai/outputs/run/../../../private/key", text },
      { name: "plain", path: "private/key", text },
      { name: "link", path: ".ai/outputs/run/link", text },
      { name: "folder", path: ".ai/outputs/folder/key", text },
    ]),
  );
  for (const name of ["up", "plain", "link", "folder", "../private/key"]) {
    await expect(readArtifact(asked(name), folder, runs), name).rejects.toMatchObject({
      code: "not_found",
    });
  }
});

test("a run that this process no longer keeps is taken from the record of calls", async () => {
  const result = runWith([]);
  const deps = { records: { find: () => undefined }, calls: { recall: async () => result } };
  expect(await recallRun({ tenant: testTenant("acme"), callId: "c1" }, deps)).toBe(result);
});
