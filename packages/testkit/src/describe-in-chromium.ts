import { describeUnless } from "./describe-unless.ts";
import { findBinary } from "./find-binary.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** A suite that needs a real browser: the one LILUX_CHROMIUM names, else a Chromium on PATH. */
export function describeInChromium(name: string, body: (executablePath: string) => void): void {
  const named = process.env["LILUX_CHROMIUM"];
  const path = named ?? NAMES.map((binary) => findBinary(binary)).find((found) => found);
  const reason = "no Chromium: install one, or set LILUX_CHROMIUM to its path";
  describeUnless(path === undefined ? reason : undefined, name, () => body(path ?? ""));
}
