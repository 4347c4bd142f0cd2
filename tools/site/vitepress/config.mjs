// The site of docs/: sections, search within the page's own files, nothing from elsewhere.
import { defineConfig } from "vitepress";
import sidebar from "./sidebar.json" with { type: "json" };

// biome-ignore lint/style/noDefaultExport: VitePress takes one
export default defineConfig({
  title: "Lilux",
  description: "An always-hot predictive router for AI tool calls.",
  lang: "en",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: "/favicon.svg" }]],
  srcDir: "content",
  outDir: "out",
  cleanUrls: true,
  ignoreDeadLinks: "localhostLinks",
  lastUpdated: false,
  markdown: {
    // Text of ours is Markdown alone: angle brackets and double braces are words, not markup.
    html: false,
    anchor: { slugify },
    config(markdown) {
      markdown.core.ruler.push("plain", asItStands);
      markdown.renderer.rules.image = picture(markdown);
      markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
      markdown.renderer.rules.table_close = () => "</table></div>\n";
    },
  },
  themeConfig: {
    nav: sidebar.map(({ text, items }) => ({ text, link: items[0].link })),
    sidebar: sidebar.map((section, at) => ({ ...section, collapsed: at > 1 })),
    search: { provider: "local" },
    outline: [2, 3],
    docFooter: { prev: "Before", next: "Next" },
  },
});

/** As tools/site/src/anchor-of.ts: the names that code hosts give headings, so that a link holds in both places. */
function slugify(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

/** The pages are templates of Vue: what stands in them is never one of its expressions. */
function asItStands(state) {
  for (const token of state.tokens) {
    if (token.type !== "inline") continue;
    for (const child of token.children ?? []) {
      if (child.type === "text") child.content = child.content.replaceAll("{{", "{\u200b{");
    }
  }
}

/** A picture `…-light.png` has a dark sister, and one with a recording beside it (`…-cast-light.png`) is played. */
function picture(markdown) {
  return (tokens, at) => {
    const token = tokens[at];
    const source = decodeURI(token.attrGet("src") ?? "");
    const says = markdown.utils.escapeHtml(token.content);
    const image = (src, theme) =>
      `<img src="${markdown.utils.escapeHtml(src)}" alt="${says}" loading="lazy"${theme === "" ? "" : ` class="${theme}-only"`}>`;
    if (!source.endsWith("-light.png")) return image(source, "");
    const both = `${image(source, "light")}${image(source.replace(/-light\.png$/, "-dark.png"), "dark")}`;
    const recording = /([\w-]+)-cast-light\.png$/.exec(source)?.[1];
    return recording === undefined
      ? both
      : `<Recording name="${recording}" says="${says}">${both}</Recording>`;
  };
}
