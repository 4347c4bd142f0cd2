import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SECRET_BYTES = 32;

/**
 * The secret that signs resume tokens, kept beside the journal and readable by
 * its owner only, so that clients resume their sessions after a restart.
 */
export function keepSecret(stateDirectory: string): string {
  const file = join(stateDirectory, "session-secret");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const secret = randomBytes(SECRET_BYTES).toString("hex");
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}
