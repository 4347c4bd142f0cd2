import { spawn } from "node:child_process";
import { parsePython } from "../parse/python/parse-python.ts";
import { findSyntaxErrors } from "../parse/python/syntax-errors.ts";
import { problemAt, type TextProblem } from "./check-problem.ts";

/** Compiles and runs nothing. `-I` takes no module and no setting from where it is started. */
const COMPILE = `
import json, sys, warnings
warnings.simplefilter("ignore")
def fault(text):
    try:
        compile(text, "script", "exec", dont_inherit=True)
    except SyntaxError as error:
        return [error.lineno or 1, error.offset or 1, error.msg]
    except Exception as error:
        return [1, 1, str(error) or type(error).__name__]
    return None
json.dump([fault(text) for text in json.load(sys.stdin)], sys.stdout)
`;
const WITHIN_MS = 20_000;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

type Fault = [line: number, column: number, message: string] | null;

/**
 * What Python itself says of each text, in order; without one on the path, what can be said from
 * the grammar. Undefined for a text that has no fault.
 */
export async function pythonFaults(
  texts: readonly string[],
  { path }: { path: string },
): Promise<(TextProblem | undefined)[]> {
  if (texts.length === 0) return [];
  const faults = await compileAll(texts, path);
  if (faults === undefined) return texts.map(faultOfGrammar);
  return faults.map((fault) =>
    fault === null ? undefined : syntaxProblem(fault[0], fault[1], fault[2]),
  );
}

function syntaxProblem(line: number, column: number, message: string): TextProblem {
  return {
    line: Math.max(1, line),
    column: Math.max(1, column),
    severity: "error",
    rule: "python-syntax",
    cause: `Python cannot read it: ${message}`,
    fix: "Correct its syntax: every run of it fails until then.",
  };
}

function faultOfGrammar(text: string): TextProblem | undefined {
  const [first] = findSyntaxErrors(text, parsePython(text)).at;
  if (first === undefined) return undefined;
  return problemAt(
    { text, offset: first.offset },
    {
      rule: "python-syntax",
      cause: "what stands here cannot be read as Python",
      fix: "Correct its syntax. With python3 on the path, it says more.",
    },
  );
}

/** Undefined where no Python answers, in time and in full. */
async function compileAll(texts: readonly string[], path: string): Promise<Fault[] | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const python = spawn("python3", ["-I", "-S", "-c", COMPILE], {
    env: { PATH: path },
    stdio: ["pipe", "pipe", "ignore"],
    timeout: WITHIN_MS,
    killSignal: "SIGKILL",
  });
  let out = "";
  python.on("error", () => resolve(undefined));
  python.stdin.on("error", () => undefined);
  python.stdout.on("data", (piece: Buffer) => {
    out += piece.toString();
    if (out.length > ANSWER_BYTES_MAX) python.kill("SIGKILL");
  });
  python.on("close", (code) => resolve(code === 0 ? out : undefined));
  python.stdin.end(JSON.stringify(texts));
  const answer = await promise;
  if (answer === undefined) return undefined;
  const faults: unknown = JSON.parse(answer);
  return Array.isArray(faults) && faults.length === texts.length && faults.every(isFault)
    ? faults
    : undefined;
}

function isFault(value: unknown): value is Fault {
  if (value === null) return true;
  if (!Array.isArray(value)) return false;
  const [line, column, message] = value as unknown[];
  return typeof line === "number" && typeof column === "number" && typeof message === "string";
}
