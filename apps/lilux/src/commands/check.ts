import { homedir } from "node:os";
import { relative } from "node:path";
import { type CheckProblem, type CheckReport, checkItems } from "@lilux/kiwi/check";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, type Styled, style } from "../output/styled.ts";

/** `lilux check [path]`: what is wrong with items, without an instance. Fails when anything is. */
export async function check(
  { env, json, print }: CommandContext,
  [path = "."]: string[],
): Promise<number> {
  const report = await checkItems(path, {
    userHome: env["LILUX_USER_HOME"] ?? env["HOME"] ?? homedir(),
    path: env["PATH"] ?? "",
  });
  const errors = report.problems.filter(({ severity }) => severity === "error").length;
  const isEmpty = report.items === 0 && report.problems.length === 0;
  if (json) print(JSON.stringify(report, null, 2));
  else {
    for (const problem of report.problems) print(describe(problem));
    print(summary(report, errors));
  }
  return errors > 0 || isEmpty ? EXIT.failed : EXIT.ok;
}

function describe({ path, line: at, column, severity, rule, cause, fix }: CheckProblem): Styled {
  const mark = severity === "error" ? style.red("✗") : style.yellow("!");
  const place = `${relative(process.cwd(), path) || path}:${at}:${column}`;
  return line`${mark} ${place} ${cause} ${style.dim(`[${rule}]`)}${line`\n    ${style.dim(fix)}`}`;
}

function summary({ items, problems, library }: CheckReport, errors: number): Styled {
  const warnings = problems.length - errors;
  const alone = library === undefined ? ", outside a library: permissions were not checked" : "";
  if (items === 0 && problems.length === 0) {
    return line`${style.red("✗")} Nothing there is read as an item. \`lilux new\` makes one.`;
  }
  const counted = `${items} ${items === 1 ? "item" : "items"} read, ${errors} ${errors === 1 ? "error" : "errors"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}${alone}`;
  return line`${errors === 0 ? style.green("✓") : style.red("✗")} ${counted}`;
}
