import { LiluxError, type LoadArguments, type LoadResult } from "@lilux/protocol";
import type { OpenedItem } from "../library/opened-item.ts";
import { copyLock } from "../registry/copy-lock.ts";
import { namespaceOfCategory } from "../registry/registry-id.ts";
import { askedBy } from "../write/asked-by.ts";
import { explainDeleted, keptVersions, loadVersion } from "../write/load-version.ts";
import { assertMayWrite } from "../write/may-write.ts";
import { copyItem } from "./copy-item.ts";
import type { LoadDeps } from "./load-deps.ts";
import { openItem } from "./open-item.ts";
import { openShelved } from "./open-shelved.ts";
import {
  rememberOrigin,
  rememberPull,
  requireCopyConsent,
  requirePullConsent,
} from "./pull-consent.ts";

/** What `load` answers: everything about an item. With a destination it is also copied there. */
export async function loadItem(deps: LoadDeps, given: LoadArguments): Promise<LoadResult> {
  const { library, registry, tenant, signal } = deps;
  const { item_type, item_id, source, destination, version } = given;
  if (source === "registry") {
    const shelved = await openShelved(deps, given);
    if (shelved !== undefined) return resultOf(shelved, "read_only");
    const opened = await registry.open({ tenant, item_type, item_id, version }, signal);
    if (destination === undefined) return resultOf(opened, "read_only");
    assertMayWrite(deps.writes.mayWrite, tenant);
    await requirePullConsent(deps, { call: { name: "load", arguments: given }, opened });
    const item = await keeping(deps, { action: "pull", opened, destination }, async () => {
      await rememberPull(deps, opened, destination);
      return registry.pull({ tenant, library, opened, to: destination });
    });
    return resultOf({ ...opened, item }, "copied");
  }
  if (version !== undefined) return ownVersion(await loadVersion(library, given, version));
  const trust = { tenant, registry };
  const opened = await openItem(library, { item_type, item_id, source }, trust).catch(
    async (error: unknown) => {
      throw await explainDeleted(library, given, error);
    },
  );
  if (destination === undefined || destination === opened.item.source) {
    return { ...resultOf(opened, "read_only"), ...(await keptVersions(library, opened.item)) };
  }
  assertMayWrite(deps.writes.mayWrite, tenant);
  await requireCopyConsent(deps, { call: { name: "load", arguments: given }, opened });
  const item = await keeping(deps, { action: "copy", opened, destination }, async () => {
    await rememberOrigin(deps, opened, destination);
    const copied = await copyItem(library, opened, destination);
    const isPulled = opened.registry !== undefined;
    return isPulled ? copyLock(library, opened, destination) : copied;
  });
  return resultOf({ ...opened, item }, "copied");
}

interface Taken {
  action: "pull" | "copy";
  opened: OpenedItem;
  destination: "project" | "user";
}

/** What comes into a library comes to where it lives. */
async function keeping<T>(deps: LoadDeps, taken: Taken, work: () => Promise<T>): Promise<T> {
  const { library, by, mandate, pull } = deps;
  const { action, opened, destination } = taken;
  const folder = library.source(destination);
  if (folder === undefined) return work();
  const { item_type, qualified_id } = opened.item;
  const item = { item_type, qualified_id, path: opened.path };
  try {
    return await folder.keep({ ...askedBy(mandate, pull.request), action, item, by }, work);
  } catch (error) {
    // What was put back is listed as it is again.
    await library.update(destination, new Set([opened.path]));
    throw error;
  }
}

/** What is kept of a pulled item has no lock that vouches for it. */
function ownVersion(result: LoadResult): LoadResult {
  if (namespaceOfCategory(result.item.category) === undefined) return result;
  throw new LiluxError("invalid_request", {
    message: `Versions of ${result.item.qualified_id} come from the registry. Load it with source registry and this version.`,
    details: { field: "source" },
  });
}

function resultOf(opened: OpenedItem, mode: LoadResult["mode"]): LoadResult {
  const { item, parsed, text, path, registry, warnings } = opened;
  const { permissions, steps, outputs, modelClass } = parsed;
  return {
    item,
    mode,
    path,
    content: text,
    permissions,
    steps,
    outputs,
    model_class: modelClass,
    ...(registry === undefined ? {} : { registry }),
    ...(warnings === undefined ? {} : { warnings }),
  };
}
