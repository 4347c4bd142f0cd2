import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, it } from "vitest";
import { bundleTerminal } from "./bundle-terminal.ts";

async function bundled(): Promise<Map<string, string>> {
  await using directory = await temporaryDirectory();
  await bundleTerminal({ outDirectory: directory.path });
  const names = await readdir(directory.path);
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(directory.path, name), "utf8")] as const),
  );
  return new Map(texts);
}

it("every file the page names is there, and all but the page carry a hash", async () => {
  const files = await bundled();
  const page = files.get("index.html") ?? "";
  const named = [...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, name]) => name ?? "");
  expect(named).toHaveLength(4);
  for (const name of named) {
    expect([...files.keys()]).toContain(name);
    expect(name).toMatch(/^\w+-[A-Z0-9]{8}\.(js|css|svg)$/);
  }
});

it("a new bundle takes the place of the one before", async () => {
  await using directory = await temporaryDirectory();
  const stale = join(directory.path, "main-AAAAAAAA.js");
  const foreign = join(directory.path, "notes.txt");
  await writeFile(stale, "old");
  await writeFile(foreign, "not ours");
  await bundleTerminal({ outDirectory: directory.path });
  const names = await readdir(directory.path);
  expect(names).not.toContain("main-AAAAAAAA.js");
  expect(names).toContain("notes.txt");
});

it("nothing is inline, evaluated or fetched from elsewhere", async () => {
  const files = await bundled();
  const page = files.get("index.html") ?? "";
  expect(page).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*src=)/);
  for (const [name, text] of files) {
    expect(text, name).not.toMatch(/\beval\(|new Function\(|\.innerHTML\s*=[^=]*location/);
    expect(text, name).not.toMatch(/url\(\s*["']?(?:https?:)?\/\//);
    expect(text, name).not.toMatch(
      /(?:src|href|from|import)\s*=?\s*\(?["']https?:\/\/(?!www\.w3\.org)/,
    );
    expect(text, name).not.toMatch(/["']node:/);
  }
});

// Mutant: a source map, or a path of the checkout, in the bundle.
it("made twice, in two folders, it is the same to the byte, and tells nothing of where it was made", async () => {
  const files = await bundled();
  expect([...(await bundled())].toSorted()).toEqual([...files].toSorted());
  const checkout = join(import.meta.dirname, "..", "..", "..");
  for (const [name, text] of files) expect(text, name).not.toContain(checkout);
});

it("the page's script stays small: no schema compiler in it", async () => {
  // Fails when the page imports a value of a protocol file that declares schemas.
  const files = await bundled();
  const script = [...files].find(([name]) => name.startsWith("main-"))?.[1] ?? "";
  expect(script.length).toBeGreaterThan(10_000);
  expect(script.length).toBeLessThan(250_000);
});
