import type { Artifact } from "@lilux/protocol";

export type PreviewKind = "image" | "table" | "text";

/** A larger file is only downloaded. */
export const PREVIEW_BYTES_MAX = 8 * 1024 * 1024;

/** Only what a browser draws without running any of it. */
const IMAGES: Readonly<Record<string, string>> = {
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
};
const TABLES = new Set(["csv", "tsv"]);
const TEXTS = new Set(["txt", "md", "json", "log", "xml", "yaml", "yml", "html", "ics"]);

/** How the page shows a file that a run made; null where it can only be downloaded. */
export function previewKind({ name, bytes }: Pick<Artifact, "name" | "bytes">): PreviewKind | null {
  const extension = extensionOf(name);
  if (bytes > PREVIEW_BYTES_MAX) return null;
  if (imageTypeOf(name) !== undefined) return "image";
  if (TABLES.has(extension)) return "table";
  return TEXTS.has(extension) ? "text" : null;
}

/** By its name: what the server says of a file is that it is one to be downloaded. */
export function imageTypeOf(name: string): string | undefined {
  const extension = extensionOf(name);
  return Object.hasOwn(IMAGES, extension) ? IMAGES[extension] : undefined;
}

function extensionOf(name: string): string {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
}
