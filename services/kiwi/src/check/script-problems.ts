import type { InputSpec } from "@lilux/protocol";
import { readPackageName } from "@lilux/sandbox";
import type { ParsedItem } from "../parse/parsed-item.ts";
import { readImports } from "../parse/python/read-imports.ts";
import { readAllOptions } from "../parse/python/read-options.ts";
import { isStandardModule } from "../parse/python/standard-library.ts";
import { problemAt, type TextProblem } from "./check-problem.ts";

/** What would fail, or be passed over, when a script runs. Nothing of it is run. */
export function scriptProblems(
  text: string,
  parsed: ParsedItem,
  shared: { hasLib: boolean },
): TextProblem[] {
  return [
    ...flagProblems(text, parsed.inputs),
    ...importProblems(text, parsed.needs?.dependencies ?? [], shared),
    ...dependencyProblems(text, parsed.needs?.dependencies ?? []),
  ];
}

/** Libraries that make options of a function's parameters, in no form that can be read here. */
const MAKES_OPTIONS =
  /^\s*(?:import|from)\s+(?:typer|fire|docopt|plac|cyclopts|jsonargparse|simple_parsing|tyro|pydantic_settings)\b/m;

/** Inputs arrive as flags; one that the script does not take ends the run before it begins. */
function flagProblems(text: string, inputs: readonly InputSpec[]): TextProblem[] {
  if (MAKES_OPTIONS.test(text)) return [];
  const { options, isWhole } = readAllOptions(text);
  return inputs.flatMap(({ name }) => {
    const usual = `--${name.replaceAll("_", "-")}`;
    const isTaken = isWhole
      ? options.some(({ flag, dest }) => dest === name || flag === usual || flag === `--${name}`)
      : isWritten(text, [usual, `--${name}`]) || hasUnreadOptions(text);
    if (isTaken) return [];
    return [
      problemAt(
        { text, offset: text.indexOf(`"${name}"`) },
        {
          rule: "flag-missing",
          cause: `the input ${name} is declared, and the script takes no ${usual}: a run with it fails`,
          fix: `Add parser.add_argument("${usual}"), or take ${name} out of __inputs__.`,
        },
      ),
    ];
  });
}

function isWritten(text: string, flags: readonly string[]): boolean {
  return flags.some((flag) => text.includes(flag));
}

/** argparse is there, and not all of its options can be read: then nothing is known. */
function hasUnreadOptions(text: string): boolean {
  return text.includes("add_argument") || /\b(?:parse_known_args|getopt)\b/.test(text);
}

/** Packages whose modules are not called as they are. */
const PACKAGE_OF: Readonly<Record<string, string>> = {
  yaml: "pyyaml",
  PIL: "pillow",
  bs4: "beautifulsoup4",
  cv2: "opencv-python",
  sklearn: "scikit-learn",
  dateutil: "python-dateutil",
  dotenv: "python-dotenv",
  docx: "python-docx",
  jwt: "pyjwt",
  serial: "pyserial",
};

function importProblems(
  text: string,
  dependencies: readonly string[],
  { hasLib }: { hasLib: boolean },
): TextProblem[] {
  const declared = new Set(dependencies.map((line) => readPackageName(line) ?? line));
  return readImports(text).flatMap(({ name, offset }) => {
    if (isStandardModule(name) || (name === "lib" && hasLib)) return [];
    const normal = name.toLowerCase().replaceAll("_", "-");
    const usual = PACKAGE_OF[name] ?? normal;
    if (declared.has(usual) || declared.has(normal)) return [];
    // A package may call its modules what it likes: another one that is declared may bring this.
    const severity = declared.size === 0 ? ("error" as const) : ("warning" as const);
    return [
      problemAt(
        { text, offset },
        {
          rule: "undeclared-import",
          severity,
          cause: `it imports ${name}, which is neither Python's own nor declared`,
          fix: `Write __dependencies__ = ["${usual}"] with the versions it works with.`,
        },
      ),
    ];
  });
}

function dependencyProblems(text: string, dependencies: readonly string[]): TextProblem[] {
  return dependencies.flatMap((line) =>
    readPackageName(line) === undefined
      ? [
          problemAt(
            { text, offset: text.indexOf(line) },
            {
              rule: "bad-dependency",
              cause: `the dependency "${line.slice(0, 80)}" is no package name with a version range`,
              fix: 'Write a name with its versions, as "requests>=2.31,<3". Addresses, paths and options are not taken.',
            },
          ),
        ]
      : [],
  );
}
