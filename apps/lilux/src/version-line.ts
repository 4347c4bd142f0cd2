import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./checkout.ts";

/** The version of this checkout, and what it runs on. */
export function versionLine(): string {
  const text = readFileSync(join(CHECKOUT, "package.json"), "utf8");
  const { version = "unknown" } = JSON.parse(text) as { version?: string };
  return `lilux ${version} (node ${process.version}, ${process.platform} ${process.arch})`;
}
