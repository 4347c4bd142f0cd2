import type { Tenant } from "@lilux/protocol";
import type { OpenedItem } from "../library/opened-item.ts";
import type { RegistryParts } from "./registry-parts.ts";

/** A pull that cannot be counted was made all the same. */
export async function countDownload(
  { ask, now }: Pick<RegistryParts, "ask" | "now">,
  tenant: Tenant,
  { signed }: OpenedItem,
): Promise<void> {
  if (signed === undefined) return;
  const { namespace, itemType, qualifiedId, version } = signed;
  const download = { namespace, itemType, qualifiedId, version, tenant, at: now() };
  await ask.run("open", (store) => store.download(download)).catch(() => undefined);
}
