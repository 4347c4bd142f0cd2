import type { RegistryActor } from "@lilux/database";
import { LiluxError, type RegistryOrder, type TakeDown, type Told } from "@lilux/protocol";
import { registryIdOf } from "../registry-id.ts";
import type { RegistryParts } from "../registry-parts.ts";
import { namedItem, noSuchItem } from "./named-item.ts";

type Order<T extends RegistryOrder["do"]> = Extract<RegistryOrder, { do: T }>;

/** What is done where items are listed, once the operator's word is on record. */
export type OnModerated = (item: Pick<TakeDown, "item_type" | "item_id">) => Promise<void>;

export async function report(
  { ask }: RegistryParts,
  by: RegistryActor,
  { item_type, item_id, reason }: Order<"report">,
): Promise<{ reportId: number }> {
  const item = namedItem({ item_type, item_id });
  const { tenant } = by;
  const wanted = { tenant, ...item, id: item.qualifiedId, version: undefined };
  // What is not there for somebody is not there to be reported either.
  const found = await ask.run("open", (store) => store.open(wanted));
  if (found.kind === "no_item") throw noSuchItem(item);
  const outcome = await ask.run("administer", (store) => store.report({ item, reason, by }));
  if (outcome.kind !== "too_many") return { reportId: outcome.reportId };
  throw new LiluxError("rate_limited", {
    message: "That is more reports than are read in an hour. Wait, and report what matters most.",
    details: { limit: "reports" },
  });
}

export async function closeReport(
  { ask }: RegistryParts,
  by: RegistryActor,
  { reportId }: Order<"close-report">,
): Promise<{ reportId: number }> {
  const done = await ask.run("administer", (store) => store.closeReport({ reportId, by }));
  if (done) return { reportId };
  throw new LiluxError("not_found", {
    message: `There is no open report ${reportId}. lilux registry reports lists them.`,
    details: { field: "reportId" },
  });
}

/** On record first; a tool core that dies in between takes the word over when it starts again. */
export async function takeDown(
  { ask, trusted }: RegistryParts,
  by: RegistryActor,
  { order, onModerated }: { order: Order<"take-down">; onModerated: OnModerated },
): Promise<Told> {
  const { item_type, reason } = order;
  const item = namedItem(order);
  const item_id = registryIdOf(item);
  const outcome = await ask.run("administer", (store) => store.takeDown({ item, reason, by }));
  if (outcome === undefined) throw noSuchItem(item);
  await trusted().takenDown.add({ item_type, item_id, reason, at: by.at.getTime() });
  await onModerated({ item_type, item_id });
  return { told: outcome.told.length };
}

export async function putBack(
  { ask, trusted }: RegistryParts,
  by: RegistryActor,
  { order, onModerated }: { order: Order<"put-back">; onModerated: OnModerated },
): Promise<Told> {
  const { item_type } = order;
  const item = namedItem(order);
  const item_id = registryIdOf(item);
  const outcome = await ask.run("administer", (store) => store.putBack({ item, by }));
  if (outcome === undefined) {
    throw new LiluxError("not_found", {
      message: `${item_type} ${item_id} was not taken down. lilux registry take-downs lists what was.`,
      details: { field: "item_id" },
    });
  }
  await trusted().takenDown.remove({ item_type, item_id });
  await onModerated({ item_type, item_id });
  return { told: outcome.told.length };
}
