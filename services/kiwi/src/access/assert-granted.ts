import { permitsCall } from "@lilux/core/permissions";
import { type Call, type Grant, type ItemSummary, LiluxError } from "@lilux/protocol";

/**
 * Throws `permission_denied` for a call that the directive on whose behalf it is
 * made does not grant. Without grants it is a person's own call, which may.
 */
export function assertGranted(
  grants: readonly Grant[] | undefined,
  call: Call,
  item: Pick<ItemSummary, "item_id" | "qualified_id"> | undefined,
): void {
  if (grants === undefined) return;
  const answer = permitsCall({ grants, call, item });
  if (answer.permitted) return;
  const { verb, attributes } = answer.needed;
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
  const advice = answer.denied
    ? "One of its permissions denies it."
    : `Its permissions would need <${verb} ${written.join(" ")}/>.`;
  throw new LiluxError("permission_denied", {
    message: `The directive's permissions do not grant this call. ${advice}`,
    details: { needed: answer.needed, denied: answer.denied },
  });
}
