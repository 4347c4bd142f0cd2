import type { StoredLibrary, StoredSubscription } from "@lilux/database";
import {
  type LibraryDiff,
  type LibraryOrder,
  LiluxError,
  type Subscription,
  type SubscriptionList,
  type Tenant,
} from "@lilux/protocol";
import semver from "semver";
import { diffLibrary } from "./diff-library.ts";
import {
  appliedTexts,
  arrange,
  type LibraryContext,
  libraryId,
  libraryName,
  subscriptionOf,
  updateOf,
  versionsFor,
} from "./library-context.ts";
import { verifiedTexts } from "./verified-texts.ts";

type Order<T extends LibraryOrder["do"]> = Extract<LibraryOrder, { do: T }>;

interface Who {
  tenant: Tenant;
  person: string;
}

/** Begins, or changes the range and the word of one that is there. Nothing is applied by it. */
export async function subscribe(
  context: LibraryContext,
  who: Who,
  { library, range = "*", automatic = false }: Order<"subscribe">,
): Promise<SubscriptionList> {
  const { parts } = context;
  if (context.shelf === undefined) throw parts.ask.missing("LILUX_STATE_DIR");
  if (!context.library.hasShelf(who.tenant)) {
    throw new LiluxError("invalid_request", {
      message:
        "The tenants of this server share one library, so none can subscribe for itself. Give each a folder of its own: LILUX_TENANT_ROOT.",
      details: { field: "library" },
    });
  }
  if (semver.validRange(range) === null) {
    throw new LiluxError("invalid_request", {
      message: `range must be a version or a range such as 1.2.0, ^1.2 or 1.x; "${range}" is not.`,
      details: { field: "range" },
    });
  }
  const named = libraryName(library);
  await versionsFor(context, who.tenant, named);
  const wish = { ...named, range, automatic, by: { ...who, at: parts.now() } };
  const isDone = await parts.ask.run("administer", (store) => store.subscribe(wish));
  if (!isDone) {
    throw new LiluxError("invalid_request", {
      message: "Your tenant has as many subscriptions as it may. Unsubscribe from one first.",
      details: { field: "library" },
    });
  }
  return listSubscriptions(context, who);
}

export async function listSubscriptions(
  context: LibraryContext,
  { tenant }: { tenant: Tenant },
): Promise<SubscriptionList> {
  const { ask } = context.parts;
  const known = await ask.run("open", (store) => store.subscriptions({ tenant }));
  const subscriptions: Subscription[] = [];
  for (const subscription of known) subscriptions.push(await shown(context, subscription));
  return { subscriptions };
}

async function shown(
  context: LibraryContext,
  subscription: StoredSubscription,
): Promise<Subscription> {
  const { tenant, namespace, name, range, automatic, applied, before } = subscription;
  const { ask } = context.parts;
  const wanted = { tenant, namespace, name };
  const versions = await ask.run("open", (store) => store.libraryVersions(wanted));
  const texts = await appliedTexts(context, [subscription]);
  const ids = (of: typeof texts) => of.map(({ item }) => `@${namespace}/${item.qualified_id}`);
  return {
    library: libraryId(subscription),
    range,
    automatic,
    applied,
    before,
    update: updateOf(subscription, versions)?.version ?? null,
    items: ids(texts),
    hidden: await context.library.hiddenAmong(tenant, texts),
    takenDown: ids(texts.filter((text) => text.takenDown)),
  };
}

/** What the newest version that fits would change. Throws `not_found` where there is none newer. */
export async function diffUpdate(
  context: LibraryContext,
  { tenant }: { tenant: Tenant },
  { library }: { library: string },
): Promise<LibraryDiff> {
  const named = libraryName(library);
  const subscription = await subscriptionOf(context, tenant, named);
  const versions = await versionsFor(context, tenant, named);
  const target = updateOf(subscription, versions);
  if (target !== undefined) return diffTo(context, { subscription, versions, target });
  throw new LiluxError("not_found", {
    message: `${library} has nothing newer that fits ${subscription.range}.`,
    details: { field: "library" },
  });
}

export interface Step {
  subscription: StoredSubscription;
  versions: readonly StoredLibrary[];
  target: StoredLibrary;
}

export async function diffTo(
  context: LibraryContext,
  { subscription, versions, target }: Step,
): Promise<LibraryDiff> {
  const { tenant, applied } = subscription;
  const { parts } = context;
  const now = versions.find(({ version }) => version === applied);
  const from =
    now === undefined
      ? undefined
      : { version: now.version, texts: await verifiedTexts(parts, tenant, now) };
  const to = await verifiedTexts(parts, tenant, target);
  const hidden = await context.library.hiddenAmong(tenant, to);
  return diffLibrary({ texts: parts.texts, library: target, from, to, hidden });
}

/**
 * Applies what the diff of that digest showed, or nothing: what has changed since is another diff. What items
 * may do beyond now has a yes of its own, for which the door asked for somebody who may approve.
 */
export async function applyUpdate(
  context: LibraryContext,
  who: Who,
  order: Order<"apply-library">,
): Promise<SubscriptionList> {
  const named = libraryName(order.library);
  const subscription = await subscriptionOf(context, who.tenant, named);
  const diff = await diffUpdate(context, who, order);
  if (diff.digest !== order.digest) {
    throw new LiluxError("invalid_request", {
      message: `This is not what ${order.library} would change now. Look at the diff again: lilux library diff ${order.library}.`,
      details: { field: "digest", digest: diff.digest },
    });
  }
  if (diff.effectsGrew && order.acceptEffects !== true) {
    const grown = diff.changes.flatMap(({ item_id, effects }) =>
      effects.filter(({ grew }) => grew).map(({ what }) => `${item_id}: ${what}`),
    );
    throw new LiluxError("confirm_required", {
      message: `Items may do more after this update, which wants a yes of its own, of somebody who may approve: ${grown.join("; ")}. Send acceptEffects with it (lilux library apply ${order.library} ${order.digest} --accept-effects).`,
      details: { field: "acceptEffects", grown },
    });
  }
  await applyTo(context, who, { subscription, to: diff.to, action: "apply-library" });
  return listSubscriptions(context, who);
}

interface Applying {
  subscription: StoredSubscription;
  to: string;
  action: string;
}

export async function applyTo(
  context: LibraryContext,
  who: Who,
  { subscription, to, action }: Applying,
): Promise<void> {
  const { parts } = context;
  const { tenant, namespace, name, applied: from } = subscription;
  const all = await parts.ask.run("open", (store) => store.subscriptions({ tenant }));
  const next = all.map((other) =>
    other.namespace === namespace && other.name === name ? { ...other, applied: to } : other,
  );
  // What cannot stand beside the other subscriptions is refused before anything changes.
  const texts = await appliedTexts(context, next);
  const by = { ...who, at: parts.now() };
  const given = { namespace, name, by, from, to, before: from, action, stopsAutomatic: false };
  const isDone = await parts.ask.run("administer", (store) => store.setApplied(given));
  if (!isDone) throw changedMeanwhile(libraryId({ namespace, name }));
  for (const { signed } of texts) {
    if (signed.namespace !== namespace) continue;
    const { itemType, qualifiedId, version } = signed;
    const download = { namespace, itemType, qualifiedId, version, tenant, at: by.at };
    await parts.ask.run("open", (store) => store.download(download));
  }
  await arrange(context, tenant);
}

/** Goes back to the version before, and does not leave it again by itself. */
export async function rollback(
  context: LibraryContext,
  who: Who,
  { library }: Order<"rollback-library">,
): Promise<SubscriptionList> {
  const { parts } = context;
  const named = libraryName(library);
  const { applied: from, before: to } = await subscriptionOf(context, who.tenant, named);
  if (to === null) {
    throw new LiluxError("not_found", {
      message: `${library} has no version before to go back to.`,
      details: { field: "library" },
    });
  }
  const action = "rollback-library";
  const by = { ...who, at: parts.now() };
  const given = { ...named, by, from, to, before: null, action, stopsAutomatic: true };
  const isDone = await parts.ask.run("administer", (store) => store.setApplied(given));
  if (!isDone) throw changedMeanwhile(library);
  await arrange(context, who.tenant);
  return listSubscriptions(context, who);
}

export async function unsubscribe(
  context: LibraryContext,
  who: Who,
  { library }: Order<"unsubscribe">,
): Promise<SubscriptionList> {
  const { parts } = context;
  const named = libraryName(library);
  await subscriptionOf(context, who.tenant, named);
  const given = { ...named, by: { ...who, at: parts.now() } };
  await parts.ask.run("administer", (store) => store.unsubscribe(given));
  await arrange(context, who.tenant);
  return listSubscriptions(context, who);
}

function changedMeanwhile(library: string): LiluxError {
  return new LiluxError("invalid_request", {
    message: `The subscription to ${library} was changed meanwhile. Look at it again, and repeat what is still wanted.`,
    details: { field: "library" },
  });
}
