import { describe, expect, it } from "vitest";
import type { ParseFailure } from "./parse-failure.ts";
import { parseScript } from "./parse-script.ts";
import { readPythonModule } from "./python-constants.ts";

describe("parseScript", () => {
  it("reads the manifest from literal constants, without running anything", () => {
    const parsed = parseScript(
      `#!/usr/bin/env python3
"""Docstring.

More.
"""
import os
__version__ = "1.2.0"
__category__: str = "data/csv"
__tool_description__ = (
    "Profiles "  # in two parts
    'a CSV file.'
)
__tags__ = ["csv", "data",]
__effect__ = "read"
__inputs__ = [
    {"name": "file", "type": "str", "required": True, "description": "Path."},
    {"name": "rows", "type": "int", "default": -10},
    {"name": "ratio", "type": "float", "default": 1_0.5e1},
]
os.system("echo never")
`,
      "it",
    );
    expect(parsed).toMatchObject({
      name: "it",
      version: "1.2.0",
      description: "Profiles a CSV file.",
      tags: ["csv", "data"],
      effect: "read",
      inputs: [
        { name: "file", type: "string", required: true, description: "Path." },
        { name: "rows", type: "integer", required: false, default: -10 },
        { name: "ratio", type: "number", required: false, default: 105 },
      ],
    });
  });

  it("falls back to the docstring's first line, then to the comment header", () => {
    expect(parseScript('\n"""\n  First line.\n\nSecond."""\n', "it").description).toBe(
      "First line.",
    );
    expect(
      parseScript("#!/bin/python\n# -*- coding: utf-8 -*-\n# Header.\nx = 1\n", "it").description,
    ).toBe("Header.");
    expect(parseScript("x = 1\n", "it")).toMatchObject({ description: "", effect: "write" });
  });

  it("takes inputs by name as well", () => {
    const text = '__inputs__ = {"file": {"type": "string", "required": True}, "n": "int"}';
    expect(parseScript(text, "it").inputs).toEqual([
      { name: "file", type: "string", required: true },
      { name: "n", type: "integer", required: false },
    ]);
  });

  it.each([
    ['\n__effect__ = "harmless"', 2, "__effect__"],
    ['__inputs__ = [{"type": "string"}]', 1, "__inputs__"],
    ['x = 1\ny = """never ends', 2, "quotes"],
  ])("says in which line %j is wrong", (text, line, fix) => {
    try {
      parseScript(text, "it");
      expect.unreachable();
    } catch (error) {
      expect((error as ParseFailure).line).toBe(line);
      expect((error as ParseFailure).fix).toContain(fix);
    }
  });
});

describe("readPythonModule", () => {
  it.each([
    ['__x__ = "a\\n\\x41\\u0042\\N{DASH}"', "a\nAB\\N{DASH}"],
    ["__x__ = r'a\\n'", "a\\n"],
    ["__x__ = '''two\nlines'''", "two\nlines"],
    ["__x__ = 'one' 'two'", "onetwo"],
    ["__x__ = 0x1F", 31],
    ["__x__ = None", null],
    ["__x__ = (1, 'b', [True])", [1, "b", [true]]],
    ["__x__ = ('grouped')", "grouped"],
    ["__x__ = {1: {'a': ()}}", { 1: { a: [] } }],
    ["__x__ = {'a', 'b'}", ["a", "b"]],
  ])("reads %s", (source, expected) => {
    expect(readPythonModule(source).constants.get("__x__")?.value).toEqual(expected);
  });

  it.each([
    "__x__ = open('f')",
    "__x__ = 'a' + 'b'",
    "__x__ = f'{secret}'",
    "__x__ == 'a'",
    "__x__ = [x for x in y]",
    "if True:\n    __x__ = 'a'",
    "'__x__ = 1'",
    "# __x__ = 1",
    '"""\n__x__ = 1\n"""',
    `__x__ = ${"[".repeat(100)}${"]".repeat(100)}`,
  ])("leaves out %s, which is no top-level literal", (source) => {
    expect(readPythonModule(source).constants.has("__x__")).toBe(false);
  });
});
