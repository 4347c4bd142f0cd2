import { describe, expect, it } from "vitest";
import { ParseFailure } from "../parse-failure.ts";
import { readPythonModule } from "./read-python-module.ts";

describe("readPythonModule", () => {
  it.each([
    ['__x__ = "a\\n\\x41\\u0042\\N{DASH}"', "a\nAB\\N{DASH}"],
    ["__x__ = r'a\\n'", "a\\n"],
    ["__x__ = '''two\nlines'''", "two\nlines"],
    ["__x__ = 'one' 'two'", "onetwo"],
    ["__x__ = ('one'\n    # and\n    'two')", "onetwo"],
    ["__x__ = 0x1F", 31],
    ["__x__ = -1_0.5e1", -105],
    ["__x__ = None", null],
    ["__x__ = (1, 'b', [True])", [1, "b", [true]]],
    ["__x__ = 'a', 'b'", ["a", "b"]],
    ["__x__ = ('grouped')", "grouped"],
    ["__x__ = ()", []],
    ["__x__ = {1: {'a': ()}}", { 1: { a: [] } }],
    ["__x__ = {'a', 'b'}", ["a", "b"]],
    ["__x__: str = 'a'", "a"],
    ["__x__ = OTHER = 'a'", "a"],
    ["OTHER = __x__ = 'a'", "a"],
    ["a = 1; __x__ = 'a'; b = 2", "a"],
    ["__x__ = \\\n  'a'", "a"],
    ["__ｘ__ = 'a'", "a"],
  ])("reads %s", (source, expected) => {
    // The manifest's names are read by the same rules, and are not passed over.
    const named = source.replace("__x__", "__version__").replace("__ｘ__", "__ｖersion__");
    expect(readPythonModule(named).constants.get("__version__")?.value).toEqual(expected);
  });

  it.each([
    "__x__ = open('f')",
    "__x__ = 'a' + 'b'",
    "__x__ = [x for x in y]",
    "if True:\n    __x__ = 'a'",
    "__x__ == 'a'",
    "'__x__ = 1'",
  ])("leaves out %s of a name that is no manifest's", (source) => {
    expect(readPythonModule(source).constants.has("__x__")).toBe(false);
  });
});

/** Each binds, changes or removes `__effect__` as Python reads it. */
const UNREAD = [
  "__effect__ = DESTRUCTIVE",
  "__effect__ = 'destruct' + 'ive'",
  "__effect__ = f'destructive'",
  "__effect__ = t'destructive'",
  "__effect__ = b'destructive'",
  "__effect__ = str('destructive')",
  "__effect__ = 'read' if safe else 'destructive'",
  "__effect__ = 'destructive'.lower()",
  "__effect__ = EFFECTS[0]",
  "__effect__ = 'destructive'[:]",
  "__effect__ = lambda: 'destructive'",
  "__effect__ = ['destructive' for x in y]",
  "__effect__ = (yield)",
  "__effect__ = not 'read'",
  "__effect__ = 9007199254740993",
  "__effect__ = 2j",
  `__effect__ = ${"[".repeat(100)}${"]".repeat(100)}`,
  "__effect__ = X = ['destructive']",
  "__effect__: str",
  "__effect__: 'destructive'",
  "__effect__, __version__ = 'destructive', '1'",
  "(__effect__) = 'destructive'",
  "[__effect__] = ['destructive']",
  "first, *__effect__ = 1, 'destructive'",
  "(a, (b, __effect__)) = c",
  "__effect__ += 'destructive'",
  "(__effect__ := 'destructive')",
  "print(x := 1, __effect__ := 'destructive')",
  "del __effect__",
  "if True:\n    __effect__ = 'destructive'",
  "if x: __effect__ = 'destructive'",
  "try:\n    __effect__ = 'destructive'\nfinally:\n    pass",
  "try: pass\nexcept E as __effect__: pass",
  "with a: __effect__ = 'destructive'",
  "with a as __effect__: pass",
  "with (a as b, c as __effect__): pass",
  "with a as (b, __effect__): pass",
  "for __effect__ in ['destructive']: pass",
  "for a, __effect__ in b: pass",
  "while x:\n    __effect__ = 'destructive'",
  "def f():\n    global __effect__\n    __effect__ = 'destructive'",
  "async def f():\n    async with a as __effect__: pass",
  "def __effect__(): return 'destructive'",
  "class __effect__: pass",
  "class Manifest:\n    __effect__ = 'destructive'",
  "import destructive as __effect__",
  "import __effect__",
  "from effects import __effect__",
  "from effects import (a, destructive as __effect__)",
  "match x:\n    case __effect__: pass",
  "match x:\n    case [*__effect__]: pass",
  "match x:\n    case {'a': 1, **__effect__}: pass",
  "match x:\n    case str() as __effect__: pass",
  "match x:\n    case {'a': [__effect__]}: pass",
  "type __effect__ = str",
  "__ｅffect__ = DESTRUCTIVE",
  "x = 1; __effect__ = DESTRUCTIVE",
  "x = [\n__effect__ = 'destructive'",
  "x = (1,\n__effect__ = 'destructive'\n)",
  "__effect__ = 'destructive' 3",
  "__effect__ = 'destructive' ?? 'read'",
  "__effect__ ?= 'destructive'",
  "let __effect__ = 'destructive'",
  `${"(".repeat(100)}__effect__${")".repeat(100)} = 'destructive'`,
];

describe("a manifest constant that is there and cannot be read", () => {
  // Mutant: let `bindingsOf` answer false for what stands in no AssignStatement; most of these pass.
  it.each(UNREAD)("is never taken for one that is not there: %s", (written) => {
    const failure = failureOf(`"""Doc."""\n\n${written}\nprint("ran")\n`);
    expect(failure.message).toContain("__effect__");
    expect(failure.fix).toContain("__effect__");
    expect(failure.line).toBeGreaterThanOrEqual(3);
    expect(failure.line).toBeLessThanOrEqual(written.split("\n").length + 3);
  });

  it.each([
    "__inputs__ = COMMON + [{'name': 'b'}]",
    "__inputs__ = [{'name': 'a', 'default': DEFAULT}]",
    "__inputs__ = [*COMMON, {'name': 'b'}]",
    "__inputs__ = {**COMMON}",
    "__inputs__ = dict(a='string')",
    "__inputs__ = INPUTS = []",
    "__inputs__ = []\n__inputs__.append({'name': 'a'})",
    "__inputs__ = []\n__inputs__ += [{'name': 'a'}]",
    "__inputs__ = {}\n__inputs__['a'] = 'string'",
    "__inputs__ = [{}]\n__inputs__[0]['name'] = 'a'",
    "__inputs__ = [{}]\n(__inputs__)[0].update(name='a')",
    "__inputs__ = [{}]\ndel __inputs__[0]",
    "__inputs__ = [{}]\nfor __inputs__[0] in x: pass",
    "__inputs__ = []\n__inputs__ = [{'name': 'a'}]",
  ])("is never taken for one that is not there: %s", (written) => {
    expect(failureOf(written).message).toContain("__inputs__");
  });

  it("says line, column and what to do", () => {
    expect(failureOf('"""Doc."""\nif wipes:\n    __effect__ = "destructive"\n')).toMatchObject({
      line: 3,
      column: 5,
      message: "__effect__ is written in a way that cannot be read without running the script",
      fix: 'Write __effect__ = "read", "write" or "destructive" at the top level, on its own, with the value itself: no names, calls, + or format strings, not within if, try, a function or a class.',
    });
    expect(failureOf('__effect__ = "read"\n__effect__ = "destructive"\n')).toMatchObject({
      line: 2,
      message: "__effect__ is set or changed a second time",
    });
  });
});

describe("what is no manifest constant", () => {
  it.each([
    "print(__version__, file=__effect__)",
    "parser.add_argument('--version', version=f'{__version__}')",
    "x.__effect__ = other.__version__",
    "x[__version__] = __tags__[0]",
    "x = __inputs__ or []",
    "for name in __inputs__: print(name)",
    "x = [__tags__ for tag in __tags__ if tag in __tags__]",
    "from package import __version__ as package_version",
    "from __version__ import number",
    "import package.__version__",
    "def f(a=__version__, *, b: __version__ = 1) -> __version__: return __version__",
    "@decorate(__version__)\nclass A(Base, meta=__version__): pass",
    "if __version__ == '1': pass",
    "with open(__version__) as file: pass",
    "match __version__:\n    case A(__version__=1): pass",
    "call(__effect__='destructive')",
    "names = {'__effect__': 'destructive'}",
    "'''\n__effect__ = 'destructive'\n'''",
    "f'''{x}\n__effect__ = 'destructive'\n'''",
    "# __effect__ = 'destructive'",
    "print(__tags__.index('a'), __inputs__.copy())",
  ])("is left alone: %s", (source) => {
    expect([...readPythonModule(source).constants.keys()]).toEqual([]);
  });

  // From Python 3.12, 3.14 and no Python yet.
  it.each([
    `print(f"{d["it's"]}")`,
    'print(f"{\n  x\n}")',
    'print(f"{\n  x # it\'s a comment\n}")',
    "f\"{f'{f\"{1}\"}'}\" f'{x!r:{width}}' f'{x = }' f'{{'",
    "def f[T: int = str, *Ts, **P](x: T) -> T: return x\ntype A[T] = list[T]",
    "try: pass\nexcept* (A, B) as e: pass",
    `t"{d["it's"]}"`,
    "rt'{a}' Rt'''\n{b[\"'''\"]}\n''' T\"{t'{c}'}\"",
    "x = a ?? b\ny = c?.d",
    "let x = 3",
    "match x:\n    case unknown <syntax>: pass\n    case 2: pass",
    "print 'as Python 2 did'\nexec 'x'\nraise E, 'text'\nx = 0777L",
  ])("does not break a file whose manifest reads: %s", (written) => {
    const text = `"""Doc."""\n__version__ = "1"\n${written}\n__effect__ = "destructive"\n`;
    const { docstring, constants } = readPythonModule(text);
    expect(docstring).toBe("Doc.");
    expect(constants.get("__version__")?.value).toBe("1");
    expect(constants.get("__effect__")?.value).toBe("destructive");
  });

  it("a file that is no Python at all is refused before it takes long", () => {
    const failure = failureOf(",)?".repeat(300_000));
    expect(failure.message).toContain("cannot be read as Python");
  });
});

function failureOf(source: string): ParseFailure {
  try {
    readPythonModule(source);
  } catch (error) {
    if (error instanceof ParseFailure) return error;
    throw error;
  }
  throw new Error(`it was read: ${source}`);
}
