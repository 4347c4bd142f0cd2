// The site of docs/: sections, search within the page's own files, nothing from elsewhere.
import { defineConfig } from "vitepress";
import sidebar from "./sidebar.json" with { type: "json" };

// biome-ignore lint/style/noDefaultExport: VitePress takes one
export default defineConfig({
  title: "Lilux",
  description: "An always-hot predictive router for AI tool calls.",
  srcDir: "content",
  outDir: "out",
  cleanUrls: true,
  ignoreDeadLinks: "localhostLinks",
  lastUpdated: false,
  // Text of ours is Markdown alone: angle brackets and double braces are words, not markup.
  markdown: { html: false, config: (markdown) => markdown.core.ruler.push("plain", asItStands) },
  themeConfig: {
    nav: sidebar.map(({ text, items }) => ({ text, link: items[0].link })),
    sidebar,
    search: { provider: "local" },
    outline: [2, 3],
    docFooter: { prev: "Before", next: "Next" },
  },
});

/** The pages are templates of Vue: what stands in them is never one of its expressions. */
function asItStands(state) {
  for (const token of state.tokens) {
    if (token.type !== "inline") continue;
    for (const child of token.children ?? []) {
      if (child.type === "text") child.content = child.content.replaceAll("{{", "{\u200b{");
    }
  }
}
