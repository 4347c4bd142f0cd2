import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { expect, test } from "vitest";
import { libraryFolders } from "./library-folders.ts";
import { stubFile } from "./stub-file.ts";

test("libraries are written out with what their notes say, and are gone after", async () => {
  const { folders, close } = await libraryFolders(["hostel", "bakery", "demo"]);
  const notes = join(folders["hostel"] ?? "", ".ai", "knowledge", "house");
  expect(await readFile(join(notes, "house_rules.md"), "utf8")).toContain("Quiet from 22 to 7");
  expect(await readdir(join(folders["bakery"] ?? "", ".ai"))).toContain("scripts");
  await close();
  await expect(readdir(folders["hostel"] ?? "")).rejects.toThrow("ENOENT");
  expect(await readdir(join(folders["demo"] ?? "", ".ai"))).toContain("scripts");
});

test("a library that nobody wrote is refused with those there are", async () => {
  const refused = libraryFolders(["nowhere"]);
  await expect(refused).rejects.toBeInstanceOf(LiluxError);
  await expect(refused).rejects.toThrow(/"nowhere".*demo.*hostel/);
});

test("a script with code has its effect, its inputs and its answer; one without does nothing", () => {
  const outline = {
    item_type: "script",
    item_id: "weigh",
    description: "Weighs.",
    category: "post",
  } as const;
  const { path, text } = stubFile({ ...outline, effect: "write", code: ['data = {"kg": 2}'] });
  expect(path).toBe("scripts/post/weigh.py");
  expect(text).toContain('__effect__ = "write"');
  expect(text).toContain('\ndata = {"kg": 2}\n');
  expect(stubFile(outline).text).not.toContain("__effect__");
});
