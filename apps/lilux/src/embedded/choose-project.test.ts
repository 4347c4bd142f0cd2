import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { chooseProject } from "./choose-project.ts";

test("the project named wins over the working directory, and that over the demo library", async () => {
  const { path: cwd } = await temporaryDirectory();
  const demo = join("/checkout", "examples", "library");
  expect(chooseProject({}, cwd, "/checkout")).toEqual({ path: demo, reason: "demo library" });
  mkdirSync(join(cwd, ".ai"));
  expect(chooseProject({}, cwd, "/checkout")).toEqual({ path: cwd, reason: "working directory" });
  expect(chooseProject({ LILUX_PROJECT: "/mine" }, cwd, "/checkout")).toEqual({
    path: "/mine",
    reason: "LILUX_PROJECT",
  });
});
