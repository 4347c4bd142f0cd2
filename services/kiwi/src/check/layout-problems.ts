import { ITEM_KINDS, isSkippedFile, isSkippedFolder } from "../library/item-place.ts";
import type { CheckProblem } from "./check-problem.ts";

/** What people call the three folders. */
const MEANT: Readonly<Record<string, string>> = {
  directive: "directives",
  prompts: "directives",
  commands: "directives",
  skills: "directives",
  workflows: "directives",
  script: "scripts",
  tool: "scripts",
  tools: "scripts",
  python: "scripts",
  docs: "knowledge",
  notes: "knowledge",
  knowledge_base: "knowledge",
  kb: "knowledge",
};

/** Texts and programs, which may have been meant as items; data and pictures just lie beside them. */
const MEANT_AS_ITEM = /\.(?:txt|text|xml|ya?ml|rst|adoc|org|sh|bash|js|mjs|ts|rb|pl|ipynb|md|py)$/i;
const LIES_BESIDE = /^(?:requirements.*\.txt|licen[cs]e.*|.*\.d\.ts)$/i;

type Layout = Omit<CheckProblem, "path" | "line" | "column">;

/** Of a folder right in `.ai` that is none of the three and holds such files. */
export function folderProblem(name: string): Layout {
  const meant = MEANT[name.toLowerCase()] ?? sameLetters(name);
  const kinds = Object.keys(ITEM_KINDS).join(", ");
  return {
    severity: "error",
    rule: "wrong-folder",
    cause: `the folder ${name} is not read: items lie in ${kinds}`,
    fix: meant === undefined ? `Move its files into one of ${kinds}.` : `Call it ${meant}.`,
  };
}

function sameLetters(name: string): string | undefined {
  return Object.keys(ITEM_KINDS).find((kind) => kind === name.toLowerCase());
}

/** Of a file that is none of its folder's items; undefined for what may lie there. */
export function fileProblem(path: string): Layout | undefined {
  const segments = path.split("/");
  const [folder = ""] = segments;
  const file = segments.at(-1) ?? "";
  if (isSkippedFile(file) || LIES_BESIDE.test(file) || !MEANT_AS_ITEM.test(file)) return undefined;
  if (segments.slice(1, -1).some(isSkippedFolder)) return undefined;
  const kind = ITEM_KINDS[folder];
  if (kind === undefined) {
    if (segments.length > 1) return undefined;
    return {
      severity: "error",
      rule: "wrong-folder",
      cause: "the file lies in none of the folders that are read",
      fix: `Move it into ${Object.keys(ITEM_KINDS).join(", ")}, by what it is.`,
    };
  }
  return {
    severity: "error",
    rule: "wrong-extension",
    cause: `the file is not read: a ${kind.item_type} is a ${kind.extension} file`,
    fix: `Rename it to ${file.replace(/\.[^.]+$/, kind.extension)} if it is a ${kind.item_type}, or keep it elsewhere.`,
  };
}

export function isMeantAsItem(file: string): boolean {
  return MEANT_AS_ITEM.test(file) && !LIES_BESIDE.test(file) && !isSkippedFile(file);
}
