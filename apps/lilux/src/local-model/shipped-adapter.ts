import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createParser, LiluxError } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import { sha256OfFile } from "./sha256-of-file.ts";

/** As `LILUX_LLM_LOCAL_ROLE` names it. */
export const AdapterRole = Type.Enum(["decide", "all"]);
export type AdapterRole = Static<typeof AdapterRole>;

const Shipped = Type.Object({
  /** The adapter's hash where it has no version. */
  version: Type.Optional(Type.String()),
  licence: Type.String(),
  base: Type.Object({ sha256: Type.String(), file: Type.Optional(Type.String()) }),
  adapter: Type.Object({ file: Type.String(), sha256: Type.String() }),
  /** What it was found fit for; for all of the work unless it is said. */
  role: Type.Optional(AdapterRole),
  /** What it was trained with; the base's own where none is named. */
  chatTemplate: Type.Optional(Type.String()),
});

const manifests = createParser(Shipped, "manifest.json");

export type ShippedAdapter = Static<typeof Shipped> & { version: string; role: AdapterRole };

/**
 * What a folder has for a base, each file looked at. Undefined where it has nothing: the plain base
 * is used then. Throws `config_invalid` for an adapter of another base, or one that is not as its
 * manifest says.
 */
export async function shippedAdapter(
  folder: string,
  base: { name: string; sha256: string },
): Promise<ShippedAdapter | undefined> {
  const text = await readFile(join(folder, "manifest.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const shipped = manifests.parse(JSON.parse(text));
  if (shipped.base.sha256 !== base.sha256) {
    throw refused(
      `The adapter in ${folder} is for other weights (${shipped.base.file ?? "a base"}, sha256 ${shipped.base.sha256}), ` +
        `not for ${base.name} (${base.sha256}). Use the one that belongs to this version, or --without-adapter.`,
    );
  }
  const { file, sha256 } = shipped.adapter;
  const found = await sha256OfFile(join(folder, file)).catch(() => "nothing");
  if (found !== sha256) {
    throw refused(
      `${join(folder, file)} is not what its manifest says: sha256 ${found}, not ${sha256}. Restore it, or use --without-adapter.`,
    );
  }
  return {
    ...shipped,
    version: shipped.version ?? sha256.slice(0, 12),
    role: shipped.role ?? "all",
  };
}

function refused(message: string): LiluxError {
  return new LiluxError("config_invalid", { message });
}
