import type { Call } from "@lilux/protocol";
import { type Findings, requireConsent } from "../consent/require-consent.ts";
import { destinationOf } from "../library/destination-of.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import { rememberCopy, rememberWrite } from "../provenance/remember.ts";
import type { LoadDeps } from "./load-deps.ts";

interface Taking {
  call: Call;
  opened: OpenedItem;
}

/**
 * A stranger's item becomes one of the library's, where a bare id can mean it:
 * a person does that by themselves, for anybody else a person is asked. Throws
 * `confirm_required`, and `audit_unavailable` when the yes cannot be put on record.
 */
export async function requirePullConsent(deps: LoadDeps, { call, opened }: Taking): Promise<void> {
  const { namespace } = opened.registry ?? {};
  const isForeign = namespace !== deps.tenant;
  const circumstances = isForeign ? (["foreign_pull"] as const) : [];
  await require(deps, call, { item: opened.item, circumstances, contents: contentsOf(opened) });
}

/** Copying within a library asks only where the copy derives from untrusted text. */
export async function requireCopyConsent(deps: LoadDeps, { call, opened }: Taking): Promise<void> {
  await require(deps, call, { item: opened.item, contents: contentsOf(opened) });
}

async function require({ pull }: LoadDeps, call: Call, findings: Findings): Promise<void> {
  const { request, questions, audit, secondPerson } = pull;
  const consent = requireConsent(questions, { request, call, secondPerson }, findings);
  if (consent.isConfirmed) await audit.allowed(findings.item, consent);
}

function contentsOf({ item }: OpenedItem): string[] {
  return [item.content_hash];
}

/** Puts on record who pulls what, from whom, before it is written. */
export async function rememberPull(
  { library, writes, by }: LoadDeps,
  { item, path, registry }: OpenedItem,
  destination: "project" | "user",
): Promise<void> {
  const { root, folder } = await destinationOf(library, path, destination);
  const from =
    registry === undefined
      ? undefined
      : { namespace: registry.namespace, version: registry.version };
  await rememberWrite(folder.filesOf(writes.files), {
    root,
    path,
    sha256: item.content_hash,
    by,
    how: "pulled",
    from,
    now: writes.clock.unix(),
    effect: item.effect,
  });
}

/** A copy is whose its original is. */
export async function rememberOrigin(
  { library, writes }: LoadDeps,
  { path, origin }: OpenedItem,
  destination: "project" | "user",
): Promise<void> {
  if (origin === undefined) return;
  const { root, folder } = await destinationOf(library, path, destination);
  await rememberCopy(folder.filesOf(writes.files), { root, path }, origin);
}
