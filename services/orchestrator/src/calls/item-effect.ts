import { type Call, type Effect, LiluxError, type LoadRequest, type Tenant } from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions } from "@lilux/rpc";

/** In the order in which the tool core looks when it runs an item. */
const SOURCES = ["project", "user", "registry"] as const;

/**
 * The effect of the item a call runs, from the library itself and as it is now.
 * Undefined for calls whose effect does not depend on an item. An item that
 * cannot be loaded throws the library's error: it could not run either. What a
 * stranger published says its own effect here; that it needs a confirmation
 * until it is pulled is for the tool core to say.
 */
export async function itemEffect(
  kiwi: KiwiApi,
  { call, tenant }: { call: Call; tenant: Tenant },
  options: KiwiCallOptions,
): Promise<Effect | undefined> {
  if (call.name !== "execute" || call.arguments.action !== "run") return undefined;
  const { item_type, item_id } = call.arguments;
  let missing: unknown;
  for (const source of SOURCES) {
    const request: LoadRequest = { tenant, arguments: { item_type, item_id, source } };
    try {
      return (await kiwi.load(request, options)).item.effect;
    } catch (error) {
      if (isFinal(error, { source, item_id })) throw error;
      missing ??= error;
    }
  }
  throw missing;
}

/** A bare id that no library has is told of as if there were no registry. */
function isFinal(error: unknown, at: { source: string; item_id: string }): boolean {
  if (at.source === "registry") return at.item_id.startsWith("@");
  return LiluxError.from(error).code !== "item_not_found";
}
