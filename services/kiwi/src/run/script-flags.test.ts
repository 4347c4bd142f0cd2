import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { readOptions } from "../parse/python/read-options.ts";
import { scriptFlags } from "./script-flags.ts";

/** What a script with these options is given, as Python itself reads the flags. */
function argumentsIn(options: string, parameters: Record<string, unknown>): unknown {
  const script = `import argparse, ast, json
parser = argparse.ArgumentParser()
${options}
print(json.dumps(vars(parser.parse_args()), sort_keys=True))
`;
  const flags = scriptFlags(parameters, readOptions(script));
  const { stdout, stderr } = spawnSync("python3", ["-I", "-c", script, ...flags], {
    encoding: "utf8",
    timeout: 30_000,
  });
  return stdout === "" ? stderr.trim() : (JSON.parse(stdout) as unknown);
}

/** One option of the parser. */
const add = (given: string): string => `parser.add_argument(${given})`;

describe("an explicit false or true reaches a script", () => {
  // Mutant: leave false out for every option.
  it.each([
    [`"--cache", action=argparse.BooleanOptionalAction, default=True`],
    [`"--cache", default=True, # a comment\n action = argparse.BooleanOptionalAction,`],
    [`"-c", "--cache", "--use-cache", action=argparse.BooleanOptionalAction`],
    [`"--use-cache", dest="cache", action=argparse.BooleanOptionalAction`],
    [`"--cache", action="store_true"`],
    [`"--use-cache", action="store_true", dest="cache"`],
    [`"--no-cache", action="store_false", dest="cache"`],
    [
      `"--cache", action="store_true", default=True); parser.add_argument("--no-cache", dest="cache", action="store_false"`,
    ],
    [`"--cache", type=bool, default=True`],
    [`"--cache", type=json.loads, default=True`],
    [`"--cache", type=ast.literal_eval, default=True`],
    [`"--cache", type=lambda text: text.lower() in ("true", "yes"), default=True`],
    [`"--cache", type=lambda text: text == "True", default=True`],
    [`"--cache", nargs="?", const=True, default=True, type=json.loads`],
  ])("that declares %s", (option) => {
    expect(argumentsIn(add(option), { cache: false })).toEqual({ cache: false });
    expect(argumentsIn(add(option), { cache: true })).toEqual({ cache: true });
  });

  it.each([
    [`"--cache", choices=["True", "False"]`, "False"],
    [`"--cache", choices=("true", "false")`, "false"],
    [`"--cache", default="yes"`, "false"],
    [`"--cache", type=int`, 0],
  ])("that declares %s, in its own words", (option, said) => {
    expect(argumentsIn(add(option), { cache: false })).toEqual({ cache: said });
  });
});

describe("a whole list reaches a script", () => {
  const LIST = ["a b", "c", "", "-1", "é,;$"];

  // Mutant: repeat the flag for every list; those with nargs keep the last value alone.
  it.each([
    [`"--names", nargs="*"`],
    [`"--names", nargs="+"`],
    [`"--names", nargs=5`],
    [`"--names", nargs=argparse.ZERO_OR_MORE, default=["x"]`],
    [`"-n", "--names", nargs="+", action="extend"`],
    [`"--names", action="append"`],
    [`"--name", dest="names", action="append"`],
    [`"--names", type=json.loads`],
  ])("that declares %s", (option) => {
    const others = `${add('"--count", type=int, default=0')}\n${add(option)}`;
    const expected = { count: 3, names: LIST };
    expect(argumentsIn(others, { names: LIST, count: 3 })).toEqual(expected);
    expect(argumentsIn(others, { count: 3, names: LIST })).toEqual(expected);
  });

  it.each([
    [`"--names", nargs="*", default=["x"]`, [], []],
    [`"--names", nargs="*"`, ["-x"], ["-x"]],
    [`"--names", nargs="*", type=int`, [1, -2], [1, -2]],
    [
      `"--names", nargs="*", type=json.loads`,
      [true, false, null, { a: 1 }],
      [true, false, null, { a: 1 }],
    ],
    [`"--names", action="append", type=json.loads`, [true, false], [true, false]],
    [
      `"--names", nargs=2, action="append"`,
      [
        ["a", "b"],
        ["c", "d"],
      ],
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [`"--names", type=json.loads`, [], []],
    [`"--names", type=json.loads`, ["a"], ["a"]],
    [`"--names"`, ["a"], "a"],
    [`"--names"`, ["a", "b"], '["a","b"]'],
  ])("that declares %s: %j", (option, names, expected) => {
    expect(argumentsIn(add(option), { names })).toEqual({ names: expected });
  });

  it("or is refused by its name where one of its values would be taken for a flag", () => {
    const options = readOptions(add(`"--names", nargs="*"`));
    expect(() => scriptFlags({ names: ["a", "-x"] }, options)).toThrow(/^names has several values/);
  });
});

it("an option is called as the script spells it", () => {
  expect(argumentsIn(add(`"--word_count", type=int`), { word_count: 3 })).toEqual({
    word_count: 3,
  });
  expect(argumentsIn(add(`"--input", dest="in_file"`), { in_file: "a" })).toEqual({ in_file: "a" });
  expect(argumentsIn(add(`"--no-cache", action="store_true"`), { no_cache: true })).toEqual({
    no_cache: true,
  });
});

it("what a script does not declare word by word gets kiwi's form", () => {
  const given = {
    word_count: 3,
    fast: true,
    slow: false,
    names: ["a", "b"],
    where: { a: 1 },
    x: null,
  };
  const kiwi = ["--word-count=3", "--fast", "--names=a", "--names=b", '--where={"a":1}'];
  for (const script of [
    "print(1)",
    "for name in names: parser.add_argument('--' + name, nargs='*')",
    "parser.add_argument('--names', **OPTIONS)",
    "parser.add_argument(*NAMES, nargs='*')",
    "parser.add_argument('--names', nargs=HOW_MANY)",
    "# parser.add_argument('--names', nargs='*')",
    "text = \"parser.add_argument('--names', nargs='*')\"",
    "parser.add_argument('names', nargs='*')",
  ]) {
    expect(scriptFlags(given, readOptions(script))).toEqual(kiwi);
  }
});

it("a parameter that no command line holds is refused by its name", () => {
  expect(scriptFlags({ text: "x".repeat(100_000) })).toHaveLength(1);
  for (const parameters of [
    { text: "x".repeat(130 * 1024) },
    { text: "ä".repeat(70 * 1024) },
    { text: "a\0b" },
  ]) {
    expect(() => scriptFlags(parameters)).toThrow(/^text may hold/);
  }
  const many = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`p${index}`, "x".repeat(100_000)]),
  );
  expect(() => scriptFlags(many)).toThrow("parameters may hold");
});
