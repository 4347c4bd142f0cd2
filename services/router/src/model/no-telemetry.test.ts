import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../testing/read-one-line.ts", import.meta.url));

/** The runtime keeps quiet by itself where it believes to be in a build. */
const BUILDS =
  /^(CI|TF_BUILD|GITHUB_ACTIONS|ORT_|.*_CI|BUILD_.*|JENKINS.*|CODEBUILD.*|TEAMCITY.*)$/;

// Mutant: `withoutTelemetry` not called: the home then holds .cache/Microsoft with a device id, and
// the library's uploader looks up its maker's host.
test("a process that loads the model keeps no device id, and starts no uploader", async () => {
  await using home = await temporaryDirectory();
  const entries = Object.entries(process.env).filter(([name]) => !BUILDS.test(name));
  const env = { ...Object.fromEntries(entries), HOME: home.path, XDG_CACHE_HOME: undefined };
  const args = ["--conditions=lilux-source", PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(await readdir(home.path, { recursive: true })).toEqual([]);
}, 90_000);
