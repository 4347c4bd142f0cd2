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
__secrets__ = ["API_TOKEN", "API_TOKEN"]
import numpy
`;
    expect(needsOf(text)).toEqual({
      dependencies: ["requests<3", "rich", "pyyaml>=6"],
      variables: ["API_BASE"],
      secrets: ["API_TOKEN"],
    });
  });

  it("is nothing for a script that only imports", () => {
    expect(needsOf("import requests, yaml\n")).toEqual({
      dependencies: [],
      variables: [],
      secrets: [],
    });
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
    ["__secrets__ = 'API_TOKEN'", 1],
    ["__dependencies__ = [1]", 1],
    ["# /// script\n# dependencies = 3\n# ///\n", 1],
    ["# /// script\n# dependencies = [open('x')]\n# ///\n", 2],
    ["# /// script\n#\n# dependencies = ['a'\n# ///\n", 4],
    ["# /// script\n# dependencies = ['a']\n# dependencies = ['b']\n# ///\n", 3],
    ["# /// script\n# dependencies = { a = '1' }\n# ///\n", 1],
    ["# /// script\n# dependencies = ['a', 1]\n# ///\n", 1],
    ["# /// script\n# ///\n\n# /// script\n# ///\n", 4],
    ["# /// script\n# dependencies = ['a']\nimport a\n", 1],
    ["# /// script\n# dependencies = ['a']\n  # ///\n", 1],
    ["x = 1\n#/// script\n# dependencies = ['a']\n#///\n", 2],
    ["x = 1\n  # /// script\n  # dependencies = ['a']\n  # ///\n", 2],
    ["# /// Script\n# dependencies = ['a']\n# ///\n", 1],
    [`# /// script\n# a = ${"[".repeat(1000)}\n# ///\n`, 2],
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

  it.each([
    ['"dependencies" = ["rich"]'],
    ["'dependencies' = ['rich']"],
    ['  dependencies = ["rich"]'],
    ["dependencies = [ # why\n#   'rich', # this one\n# ]"],
    ['dependencies = ["""rich"""]'],
    ['dependencies = ["r\\u0069ch"]'],
    ["requires-python = '>=3.8'\n#\n# dependencies=['rich']\n# [tool.uv]\n# dependencies = ['x']"],
    ["tool.uv.x = 1\n# dependencies = ['rich']"],
    ['dependencies = [\'rich\']\n# [tool.cs]\n# text = """\n# /// <summary>\n# ///\n# """'],
  ])("is read from inline metadata as TOML reads it: %s", (toml) => {
    expect(needsOf(`x = 1\n# /// script\n# ${toml}\n# ///\n#not\n`)).toMatchObject({
      dependencies: ["rich"],
    });
  });

  it.each([
    "# /// pyproject\n# dependencies = ['a']\n# ///\n",
    "# /// other\n# /// script\n# dependencies = ['a']\n# ///\n",
    "# /// other\n",
    "# /// script\n# [tool.x]\n# dependencies = ['a']\n# ///\n",
    "# see /// script\n",
  ])("is nothing where inline metadata is another's: %j", (text) => {
    expect(needsOf(text)).toEqual({ dependencies: [], variables: [], secrets: [] });
  });

  // Mutant: look for the closing line anew from each opening one; it runs into its time limit.
  it("is read in time that grows with the file, however it is made", { timeout: 20_000 }, () => {
    expect(() => needsOf("# /// script\n".repeat(70_000))).toThrow("never ends");
    needsOf("# /// other\n".repeat(70_000));
    needsOf("#\n".repeat(400_000));
  });
});
