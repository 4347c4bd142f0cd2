import { statSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { keepSecret } from "./keep-secret.ts";

test("a state directory keeps its secret, for its owner only", async () => {
  const { path: directory } = await temporaryDirectory();
  const { path: other } = await temporaryDirectory();
  const secret = keepSecret(directory);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(keepSecret(directory)).toBe(secret);
  expect(keepSecret(other)).not.toBe(secret);
  expect(statSync(join(directory, "session-secret")).mode & 0o077).toBe(0);
});
