import { chmodSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { keepCredentials } from "./keep-credentials.ts";

function contents(state: string): Record<string, string> {
  const folder = join(state, "credentials");
  const names = readdirSync(folder);
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

// Mutant: a secret made at each start: services that still run would be refused.
test("a second start uses the credentials of the first, and a file that was removed is made anew", async () => {
  await using directory = await temporaryDirectory();
  const files = keepCredentials(directory.path, "max_payload: 1MB");
  const first = contents(directory.path);
  keepCredentials(directory.path, "max_payload: 1MB");
  expect(contents(directory.path)).toEqual(first);
  rmSync(files.natsPassword("router"));
  keepCredentials(directory.path, "max_payload: 1MB");
  const changed = Object.entries(contents(directory.path)).filter(
    ([name, text]) => first[name] !== text,
  );
  expect(changed.map(([name]) => name).sort()).toEqual(["nats-router", "nats.conf"]);
});

// Mutant: `mode` alone, which says nothing of a file that is there.
test("what became readable by others is its owner's alone again", async () => {
  await using directory = await temporaryDirectory();
  keepCredentials(directory.path, "");
  const folder = join(directory.path, "credentials");
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
  keepCredentials(directory.path, "");
  const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
  expect(new Set(modes)).toEqual(new Set([0o600]));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});
