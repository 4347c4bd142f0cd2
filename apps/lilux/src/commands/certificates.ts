import { existsSync } from "node:fs";
import { keepCertificates, openTls, PARTY_NAMES, tlsFilesIn } from "@lilux/certificates";
import { LiluxError } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

const DAY_MS = 86_400_000;
const ENDS_SOON_DAYS = 30;

/** `lilux certs make <folder>` */
export async function makeCertificates(
  { json, print }: CommandContext,
  [folder = ""]: string[],
  { renew, renewAll, host }: Record<string, unknown>,
): Promise<number> {
  const hosts = Array.isArray(host) ? host.map(String) : [];
  const wanted = renewAll === true ? "all" : renew === true ? "ending" : "none";
  const kept = await keepCertificates(folder, { renew: wanted, hosts });
  if (json) {
    print(JSON.stringify(kept, null, 2));
    return EXIT.ok;
  }
  if (kept.madeAuthority)
    print(`${folder}: made an authority. Keep ca-key.pem where no service is.`);
  if (kept.made.length > 0) print(`made: ${kept.made.join(", ")}`);
  if (kept.kept.length > 0) print(`left as they are: ${kept.kept.join(", ")}`);
  if (kept.ending.length > 0) {
    print(`end within 90 days, or are another authority's: ${kept.ending.join(", ")} (--renew)`);
  }
  return EXIT.ok;
}

interface Checked {
  name: string;
  /** Undefined for one that cannot be used. */
  days: number | undefined;
  trouble?: string;
}

/** `lilux certs check <folder>` */
export async function checkCertificates(
  { json, print }: CommandContext,
  [folder = ""]: string[],
): Promise<number> {
  const there = PARTY_NAMES.filter((name) => existsSync(tlsFilesIn(folder, name).certificate));
  if (there.length === 0) {
    throw new LiluxError("config_invalid", {
      message: `${folder} holds no certificates. \`lilux certs make ${folder}\` makes them.`,
    });
  }
  const checked = there.map((name): Checked => {
    try {
      const tls = openTls({ expected: name, files: tlsFilesIn(folder, name) });
      return { name, days: Math.floor((tls.endsAt() - Date.now()) / DAY_MS) };
    } catch (error) {
      return { name, days: undefined, trouble: LiluxError.from(error).message };
    }
  });
  if (json) print(JSON.stringify(checked, null, 2));
  else for (const one of checked) print(lineOf(one));
  const isGood = ({ days }: Checked): boolean => days !== undefined && days > ENDS_SOON_DAYS;
  return checked.every(isGood) ? EXIT.ok : EXIT.failed;
}

function lineOf({ name, days, trouble }: Checked): string {
  if (days === undefined) return `${name}: cannot be used. ${trouble ?? ""}`;
  return `${name}: good for ${days} days`;
}
