import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { keepSecret, keepSessionSecret } from "./keep-secret.ts";

test("a state directory keeps its secret, for its owner only", async () => {
  const { path: directory } = await temporaryDirectory();
  const { path: other } = await temporaryDirectory();
  const secret = keepSessionSecret(directory);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(keepSessionSecret(directory)).toBe(secret);
  expect(keepSessionSecret(other)).not.toBe(secret);
  expect(statSync(join(directory, "session-secret")).mode & 0o077).toBe(0);
});

// Mutant: an empty file is read as the secret, with which anybody could sign.
test("a file that a kill left empty, or that others could read, is made good", async () => {
  const { path: directory } = await temporaryDirectory();
  const file = join(directory, "secret");
  writeFileSync(file, "");
  const secret = keepSecret(file);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  writeFileSync(file, `${secret}\n`, { mode: 0o644 });
  expect(keepSecret(file)).toBe(secret);
  expect(statSync(file).mode & 0o077).toBe(0);
});
