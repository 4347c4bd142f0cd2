import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { prepareProject } from "./prepare-project.ts";

async function checkoutWithDemo() {
  const { path: checkout } = await temporaryDirectory();
  const shipped = join(checkout, "examples", "library", ".ai", "directives");
  mkdirSync(shipped, { recursive: true });
  writeFileSync(join(shipped, "greet.md"), "one");
  const { path: cwd } = await temporaryDirectory();
  return {
    cwd,
    shipped: join(shipped, "greet.md"),
    prepare: () => prepareProject({}, cwd, checkout),
    itemIn: (path: string) => join(path, ".ai", "directives", "greet.md"),
  };
}

describe("the demo library", () => {
  it("is served from a copy, so that what is tried out changes no checkout", async () => {
    // Fails when the checkout's own folder is served.
    const demo = await checkoutWithDemo();
    const { path, reason } = demo.prepare();
    expect(reason).toBe("demo library");
    expect(path).toBe(join(demo.cwd, ".lilux", "demo-library"));
    writeFileSync(demo.itemIn(path), "mine");
    expect(readFileSync(demo.shipped, "utf8")).toBe("one");
  });

  it("keeps what a person changed in it, whatever a newer checkout brings", async () => {
    const demo = await checkoutWithDemo();
    writeFileSync(demo.itemIn(demo.prepare().path), "mine");
    writeFileSync(demo.shipped, "two");
    expect(readFileSync(demo.itemIn(demo.prepare().path), "utf8")).toBe("mine");
  });

  it("that nobody changed is the newer checkout's", async () => {
    const demo = await checkoutWithDemo();
    demo.prepare();
    writeFileSync(demo.shipped, "two");
    expect(readFileSync(demo.itemIn(demo.prepare().path), "utf8")).toBe("two");
  });

  it("stays where it is when a project is named", async () => {
    const { path: cwd } = await temporaryDirectory();
    expect(prepareProject({ LILUX_PROJECT: "/mine" }, cwd, "/none").path).toBe("/mine");
  });
});
