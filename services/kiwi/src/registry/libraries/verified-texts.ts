import type { PinnedText, StoredLibrary } from "@lilux/database";
import type { LibraryItem, Tenant } from "@lilux/protocol";
import type { SignedVersion } from "../../library/signed-version.ts";
import type { RegistryParts } from "../registry-parts.ts";
import { tampered, verifyVersion } from "../verify-version.ts";
import { verifyLibrary } from "./library-statement.ts";

/** An item of a library, checked: its text is what its publisher signed, and what the library names. */
export interface VerifiedText {
  item: LibraryItem;
  signed: SignedVersion;
  takenDown: boolean;
}

/** Reads the items of a library and checks each. Throws what verification and the pins throw. */
export async function verifiedTexts(
  { ask, trusted }: RegistryParts,
  tenant: Tenant,
  library: StoredLibrary,
): Promise<VerifiedText[]> {
  const { pins } = trusted();
  const { namespace, items } = library;
  await pins.check(tenant, namespace, verifyLibrary(library));
  const pinned = await ask.run("open", (store) => store.pinned({ namespace, items }));
  const texts = pinned.map((text) => verified(library, text));
  const keys = new Set(texts.map(({ signed }) => signed.keyId ?? ""));
  for (const key of keys) await pins.check(tenant, namespace, key);
  return texts;
}

function verified(
  { namespace }: StoredLibrary,
  { item, stored, takenDown }: PinnedText,
): VerifiedText {
  const { qualified_id: qualifiedId, version } = item;
  if (stored === undefined) {
    throw tampered(
      { namespace, qualifiedId, version },
      "the version that the library names is not there",
    );
  }
  verifyVersion(stored);
  if (stored.sha256 !== item.sha256 || stored.signature !== item.signature) {
    throw tampered(stored, "it is another text than the library names");
  }
  return { item, signed: stored, takenDown };
}
