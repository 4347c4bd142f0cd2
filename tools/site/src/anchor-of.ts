/**
 * How a heading is named in an address: as code hosts do it, so that one link holds in both places.
 * tools/site/vitepress/config.mjs does the same.
 */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}
