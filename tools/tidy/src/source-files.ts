import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

export interface SourceFile {
  /** From the checkout's root, with forward slashes. */
  path: string;
  text: string;
  lines: number;
  /** The workspace folder it belongs to, such as `services/router`. */
  room: string;
}

export const ROOT = join(import.meta.dirname, "..", "..", "..");
const ROOMS = ["packages", "services", "apps", "bench", "tests", "tools"];
const LEFT_OUT = new Set(["node_modules", "dist", "generated", "public"]);

/** Every TypeScript source of the workspace, generated code left out. */
export function readSourceFiles(): SourceFile[] {
  return ROOMS.flatMap((room) => walk(join(ROOT, room))).map((file) => {
    const path = relative(ROOT, file).split(sep).join("/");
    const text = readFileSync(file, "utf8");
    const parts = path.split("/");
    const room = parts[0] === "bench" ? "bench" : parts.slice(0, 2).join("/");
    return { path, text, lines: text.split("\n").length - 1, room };
  });
}

function walk(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.has(entry.name)) return [];
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return walk(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/** The specifiers a file imports or re-exports, types included. */
export function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?\bfrom\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

export function isTest(path: string): boolean {
  return (
    path.endsWith(".test.ts") ||
    path.endsWith(".test.tsx") ||
    path.includes("/testing/") ||
    path.startsWith("tests/")
  );
}
