import { describe, expect, it } from "vitest";
import { ParseFailure } from "./parse-failure.ts";
import { parseScript } from "./parse-script.ts";

const needsOf = (text: string) => parseScript(text, "it").needs;

describe("what a script needs", () => {
  it("is read from inline metadata and constants together", () => {
    const text = `#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "requests<3",  # for the web
#   'rich',
# ]
#
# [tool.other]
# dependencies = ["not-this"]
# ///
"""Does it."""
__dependencies__ = ["rich", "pyyaml>=6"]
__environment__ = ["API_BASE"]
import numpy
`;
    expect(needsOf(text)).toEqual({
      dependencies: ["requests<3", "rich", "pyyaml>=6"],
      variables: ["API_BASE"],
    });
  });

  it("is nothing for a script that only imports", () => {
    expect(needsOf("import requests, yaml\n")).toEqual({ dependencies: [], variables: [] });
  });

  it("takes grants as a directive's permissions write them", () => {
    const text = `__permissions__ = [{"verb": "read", "resource": "filesystem", "path": "data/**"}]`;
    expect(parseScript(text, "it").permissions).toEqual([
      { verb: "read", attributes: { resource: "filesystem", path: "data/**" } },
    ]);
  });

  it.each([
    ["x = 1\n__permissions__ = ['read']", 2],
    ["__permissions__ = [{'path': 'x'}]", 1],
    ["__permissions__ = [{'verb': 'read', 'path': 3}]", 1],
    ["__environment__ = 'HOME'", 1],
    ["__dependencies__ = [1]", 1],
    ["# /// script\n# dependencies = 3\n# ///\n", 1],
    ["# /// script\n# dependencies = [open('x')]\n# ///\n", 1],
    ["# /// script\n# ///\n# /// script\n# ///\n", 3],
  ])("says where %j is wrong", (text, line) => {
    try {
      parseScript(text, "it");
    } catch (error) {
      expect(error).toBeInstanceOf(ParseFailure);
      expect((error as ParseFailure).line).toBe(line);
      return;
    }
    throw new Error("it was read");
  });

  it("is read in time that grows with the file, however it is made", () => {
    const startedAt = performance.now();
    needsOf("# /// script\n".repeat(70_000));
    needsOf("#\n".repeat(400_000));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
