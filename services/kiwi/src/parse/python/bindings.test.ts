import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseScript } from "../parse-script.ts";

const NAME = "__effect__";

/** Statements of every kind in which a name can stand, nested and joined at random. */
const grammar = fc.letrec<Record<"expression" | "target" | "statement", string>>((tie) => {
  const e = tie("expression");
  const s = tie("statement");
  return {
    expression: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc.constantFrom(
        "x",
        '"destructive"',
        "'read'",
        "'''a\nb'''",
        NAME,
        `f"{${NAME}!r:>3}"`,
        '"#"',
      ),
      fc
        .tuple(e, fc.constantFrom(" + ", " or ", " if x else ", " == ", " 'b' "))
        .map(([a, operator]) => `${a}${operator}x`),
      ...[
        (a: string) => `(\n ${a} # c"\n)`,
        (a: string) => `{${a}: ${a}, **x}`,
        (a: string) => `f(${a}, ${NAME}=${a})`,
        (a: string) => `f(${NAME} := ${a})`,
        (a: string) => `{${NAME} \\\n := ${a}}`,
        (a: string) => `(lambda ${NAME}: [${a} for ${NAME} in ${a}])`,
      ].map((wrap) => e.map(wrap)),
    ),
    target: fc.oneof(
      { maxDepth: 2, depthSize: "small" },
      fc.constantFrom("x", NAME, NAME, `x.${NAME}`, `x[${NAME}]`),
      tie("target").map((target) => `${target}, a`),
      tie("target").map((target) => `[(${target}), *b]`),
    ),
    statement: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      e,
      fc.tuple(tie("target"), tie("target"), e).map(([a, b, value]) => `${a} = ${b} = ${value}`),
      fc.constantFrom(
        ...[`${NAME} = "destructive"`, `${NAME}: str = "read"`, `# ${NAME} = 1`, `import ${NAME}`],
        ...[`import a.${NAME}`, `from a import (b as ${NAME},\n c)`, `from a import ${NAME} as b`],
        ...[`del (x, [${NAME}])`, `${NAME} += "a"`, `x: ${NAME} = 2`, `assert ${NAME}, x`],
      ),
      fc.tuple(s, fc.constantFrom("; ", "\n"), s).map((parts) => parts.join("")),
      fc
        .tuple(fc.constantFrom(...headers()), s)
        .map(([head, body]) => `${head}\n${indented(body)}`),
    ),
  };
});

function headers(): string[] {
  return [
    ...["if x:", `while ${NAME}:`, `for a, (b, ${NAME}) in x, y:`, `for x in ${NAME}, y:`],
    ...[`with x as y, z as ${NAME}:`, `with (x as y, z as ${NAME}):`, `with ${NAME} as x:`],
    ...[`def f(${NAME}=1):`, `def ${NAME}():`, `class A(${NAME}):`, `@x(${NAME})\nclass ${NAME}:`],
    ...["try:\n  pass\nfinally:", `try:\n  pass\nexcept x as ${NAME}:`],
    ...[`match ${NAME}:\n  case {"a": [*${NAME}]}:`, `match x:\n  case A(b=1 as ${NAME}) if x:`],
    ...[`match x:\n  case A(${NAME}=1) | ${NAME}.y:`, `match x:\n  case {"a": 1, **${NAME}}:`],
  ];
}

function indented(body: string): string {
  return body.replace(/^/gm, "    ");
}

/** Whether real Python gives the name a value somewhere; null for what it does not read. */
const BINDS = `
import ast, json, sys, warnings
warnings.simplefilter("ignore")
NAME = "${NAME}"
def binds(node, inner):
    if isinstance(node, ast.Name): return node.id == NAME and not isinstance(node.ctx, ast.Load) and id(node) not in inner
    if isinstance(node, ast.alias): return (node.asname or node.name.split(".")[0]) == NAME
    return NAME in (getattr(node, "name", ""), getattr(node, "rest", ""))
def answer(text):
    try: tree = ast.parse(text)
    except (SyntaxError, ValueError): return None
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.comprehension) for part in ast.walk(node.target)}
    return any(binds(node, inner) for node in ast.walk(tree))
json.dump([answer(text) for text in json.load(sys.stdin)], sys.stdout)
`;

// Mutant: take `ImportStatement`, or the walrus, out of `bindingsOf`.
it("an effect that Python binds, in whatever statement, is never taken for one that is not there", () => {
  const texts = fc.sample(fc.array(grammar.statement, { minLength: 1, maxLength: 3 }), 4_000);
  const sources = texts.map((statements) => `${statements.join("\n")}\n`);
  const python = spawnSync("python3", ["-I", "-c", BINDS], {
    input: JSON.stringify(sources),
    encoding: "utf8",
    maxBuffer: 1024 * 1024,
    timeout: 60_000,
  });
  const answers = JSON.parse(python.stdout) as (boolean | null)[];
  const bound = sources.filter((_source, index) => answers[index] === true);
  expect(bound.length).toBeGreaterThan(500);
  expect(bound.filter((source) => effectOf(source) === "write")).toEqual([]);
});

function effectOf(source: string): string {
  try {
    return parseScript(source, "it").effect;
  } catch {
    return "broken";
  }
}
