import { readFile } from "node:fs/promises";
import { type LibraryPlace, LibraryRecord, LiluxError } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";
import { askAdmin, show, tenantPath } from "./admin-client.ts";

const LOOK_MS = 500;

/** `lilux admin tenants library <tenant> [place] [url]`: shows where it lives, or has it brought elsewhere and waits. */
export async function library(
  context: CommandContext,
  [tenant = "", kind, url]: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const path = tenantPath(tenant, "/library");
  if (kind === undefined) {
    const record = await askAdmin(context, LibraryRecord, { path });
    return show(context, record, (found) => print(context, found));
  }
  const place = await placeOf(kind, url, options);
  const body = { place, ...(options["adopt"] === true ? { adopt: true } : {}) };
  let record = await askAdmin(context, LibraryRecord, { method: "PUT", path, body });
  while (record.state === "moving") {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    record = await askAdmin(context, LibraryRecord, { path });
  }
  show(context, record, (found) => print(context, found));
  return record.state === "ready" ? EXIT.ok : EXIT.failed;
}

async function placeOf(
  kind: string,
  url: string | undefined,
  options: Record<string, unknown>,
): Promise<LibraryPlace> {
  if (kind === "folder" || kind === "database") return { kind };
  if (kind !== "git" || url === undefined) {
    throw new LiluxError("invalid_request", {
      message:
        "Say where the library is to live: folder, database, or git and the repository's address.",
      details: { field: "place" },
    });
  }
  const { branch = "main", secret, user, knownHosts } = options;
  const place = { kind, url, branch: String(branch) } as const;
  if (typeof secret !== "string") return place;
  if (typeof knownHosts === "string") {
    const text = await readFile(knownHosts, "utf8");
    return { ...place, signIn: { kind: "key", secret, knownHosts: text } };
  }
  const named = typeof user === "string" ? { user } : {};
  return { ...place, signIn: { kind: "token", secret, ...named } };
}

function print({ print: say }: CommandContext, record: LibraryRecord): void {
  const { place, state, wanted, problem, hookSecret } = record;
  const where = place.kind === "git" ? `git ${place.url} ${place.branch}` : place.kind;
  say(line`${style.bold(where)}  ${state}`);
  if (wanted !== undefined) say(line`on its way to ${wanted.kind}`);
  if (problem !== undefined) say(line`${problem}`);
  if (place.kind === "git" && hookSecret !== undefined) say(line`hook secret  ${hookSecret}`);
}
