import { expect, test } from "vitest";
import { circlesOf, roomArrows } from "./room-arrows.ts";
import { isTest, readSourceFiles } from "./source-files.ts";

test("rooms that lie in one folder need each other one way only", () => {
  const product = readSourceFiles().filter(({ path }) => !isTest(path));
  const arrows = roomArrows(product);
  expect(arrows.length).toBeGreaterThan(100);
  expect(circlesOf(arrows)).toEqual([]);
});

/** A file that imports others, each by the path from where it stands. */
function file(path: string, ...imports: string[]) {
  return { path, text: imports.map((from) => `import { a } from "${from}";`).join("\n") };
}

test("a circle through a third room, or of rooms within a room, is found with the imports that close it", () => {
  const arrows = roomArrows([
    file("services/a/src/x/one.ts", "../y/two.ts"),
    file("services/a/src/y/two.ts", "../z/three.ts"),
    file("services/a/src/z/three.ts", "../x/one.ts", "../config.ts"),
    file("services/a/src/config.ts", "./x/one.ts"),
    file("services/b/src/x/p/one.ts", "../q/two.ts"),
    file("services/b/src/x/q/two.ts", "../p/one.ts"),
    file("services/c/src/x/one.ts", "../y/two.ts"),
    file("services/c/src/y/two.ts", "./deep/three.ts", "./own.ts"),
  ]);
  expect(circlesOf(arrows)).toEqual([
    "services/a/src/x/one.ts -> services/a/src/y/two.ts",
    "services/a/src/y/two.ts -> services/a/src/z/three.ts",
    "services/a/src/z/three.ts -> services/a/src/x/one.ts",
    "services/b/src/x/p/one.ts -> services/b/src/x/q/two.ts",
    "services/b/src/x/q/two.ts -> services/b/src/x/p/one.ts",
  ]);
});
