import { type Call, type Effect, LiluxError, type LoadRequest } from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions } from "@lilux/rpc";

const SOURCES = ["project", "user"] as const;

/**
 * The effect of the item a call runs, from the library itself and as it is now.
 * Undefined for calls whose effect does not depend on an item. An item that
 * cannot be loaded throws the library's error: it could not run either.
 */
export async function itemEffect(
  kiwi: KiwiApi,
  { call, tenant }: { call: Call; tenant: string },
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
      if (LiluxError.from(error).code !== "item_not_found") throw error;
      missing ??= error;
    }
  }
  throw missing;
}
