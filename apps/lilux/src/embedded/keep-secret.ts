import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "./write-private.ts";

const SECRET_BYTES = 32;

/** The secret that a file holds, readable by its owner only; made when there is none, or an empty file. */
export function keepSecret(file: string): string {
  const kept = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (kept !== "") {
    chmodSync(file, 0o600);
    return kept;
  }
  const secret = randomBytes(SECRET_BYTES).toString("hex");
  writePrivate(file, `${secret}\n`);
  return secret;
}

/**
 * Signs resume tokens; kept beside the journal, so that clients resume their sessions
 * after a restart.
 */
export function keepSessionSecret(stateDirectory: string): string {
  return keepSecret(join(stateDirectory, "session-secret"));
}
