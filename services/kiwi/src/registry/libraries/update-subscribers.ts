import type { StoredSubscription } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import semver from "semver";
import { type LibraryContext, libraryName, updateOf, versionsFor } from "./library-context.ts";
import { applyTo, diffTo } from "./subscription-orders.ts";

/** In whose name what a subscription says beforehand is done. */
const AUTOMATIC = "automatic";

/**
 * Looks after those who subscribe to a library that has a new version: a patch that does no more than before
 * applies where the subscription says so; everybody else is told that it waits.
 */
export async function updateSubscribers(context: LibraryContext, library: string): Promise<void> {
  const { ask } = context.parts;
  const named = libraryName(library);
  const subscriptions = await ask.run("open", (store) => store.subscriptions(named));
  for (const subscription of subscriptions) {
    await updateOne(context, library, subscription).catch(context.onFault);
  }
}

async function updateOne(
  context: LibraryContext,
  library: string,
  subscription: StoredSubscription,
): Promise<void> {
  const { ask, now } = context.parts;
  const { tenant, applied, automatic } = subscription;
  const versions = await versionsFor(context, tenant, subscription);
  const target = updateOf(subscription, versions);
  if (target === undefined) return;
  const { version: to } = target;
  using here = await context.library.enter(tenant).catch(unlessElsewhere);
  const isPatch = applied !== null && semver.diff(applied, to) === "patch";
  const step = { subscription, versions, target };
  const grows = here === undefined || (await diffTo(context, step)).effectsGrew;
  const applies = automatic && isPatch && !grows;
  if (applies) {
    const who = { tenant, person: AUTOMATIC };
    await applyTo(context, who, { subscription, to, action: "apply-library" });
  }
  const detail = applies
    ? `Applied by itself: ${applied} to ${to}.`
    : `Version ${to} waits for a yes: lilux library diff ${library}.`;
  const kind = applies ? ("updated" as const) : ("update_waits" as const);
  await ask.run("administer", (store) =>
    store.notify({ tenant, kind, target: library, detail, at: now() }),
  );
}

/** A shelf is its own tool core's: what would apply by itself waits there for a yes. */
function unlessElsewhere(error: unknown): undefined {
  if (error instanceof LiluxError && error.code === "library_unreachable") return undefined;
  throw error;
}
