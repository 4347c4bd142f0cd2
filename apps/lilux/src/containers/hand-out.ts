import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keepCertificates, PARTY_NAMES, tlsFilesIn } from "@lilux/certificates";
import { LOCAL_TENANT } from "@lilux/protocol";
import { CHECKOUT } from "../checkout.ts";
import { keepSecrets } from "../distributed/keep-credentials.ts";
import { entryOf, newKey } from "../distributed/new-key.ts";
import { keepSecret, keepSessionSecret } from "../embedded/keep-secret.ts";
import { writePrivate } from "../embedded/write-private.ts";
import { type Portion, portionsOf } from "./portions.ts";

const NATS_SETTINGS = join(CHECKOUT, "deploy", "nats", "container.conf");
interface Modes {
  folder: number;
  file: number;
}
const OWN: Modes = { folder: 0o700, file: 0o600 };
/** Postgres runs as a user of its own. Its folder is a volume that no other container has. */
const OTHERS: Modes = { folder: 0o755, file: 0o644 };

/**
 * Sees to everything that containers know each other by: the originals in `authority` below the
 * folder, and for each container a folder with what is its own. What is there is kept, so it may be
 * done at every start; certificates that end soon are made anew, and a secret whose original was
 * removed. A folder of a container is a volume of its own: nobody else's is to be seen in it.
 */
export async function handOut(folder: string): Promise<{ isFirst: boolean }> {
  const originals = join(folder, "authority");
  const isFirst = !existsSync(join(originals, "credentials"));
  mkdirSync(originals, { recursive: true, mode: 0o700 });
  const credentials = keepSecrets(originals);
  await keepCertificates(credentials.certificates, { renew: "ending" });
  const portions = portionsOf({
    credentials,
    natsSettings: readFileSync(NATS_SETTINGS, "utf8"),
    sessionSecret: keepSessionSecret(originals),
    firstKey: keepFirstKey(join(originals, "first-key")),
    postgresPassword: keepSecret(join(originals, "postgres-password")),
  });
  for (const name of PARTY_NAMES) {
    const tls = tlsFilesIn(credentials.certificates, name);
    const certificate = {
      "key.pem": readFileSync(tls.key, "utf8"),
      "cert.pem": readFileSync(tls.certificate, "utf8"),
      "ca.pem": readFileSync(tls.authority, "utf8"),
    };
    const modes = name === "postgres" ? OTHERS : OWN;
    writePortion(join(folder, name), { ...portions[name], ...certificate }, modes);
  }
  return { isFirst };
}

/** The first key to the gateway, kept so that it can be shown again. */
function keepFirstKey(file: string): { key: string; entry: string } {
  const kept = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (kept !== "") return { key: kept, entry: entryOf(LOCAL_TENANT, kept) };
  const made = newKey(LOCAL_TENANT);
  writePrivate(file, `${made.key}\n`);
  return made;
}

/** What is as it was is not written: services look at their files again when they change. */
function writePortion(folder: string, portion: Portion, modes: Modes): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, modes.folder);
  for (const [name, text] of Object.entries(portion)) {
    const file = join(folder, name);
    const whole = `${text.trimEnd()}\n`;
    if (existsSync(file) && readFileSync(file, "utf8") === whole) continue;
    writeFileSync(`${file}.next`, whole, { mode: modes.file });
    renameSync(`${file}.next`, file);
  }
}
