// VitePress' own theme, with pictures of both themes, tables that scroll by themselves, and recordings.
import DefaultTheme from "vitepress/theme-without-fonts";
import { Recording } from "./recording.js";
import "./style.css";

// biome-ignore lint/style/noDefaultExport: VitePress takes one
export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("Recording", Recording);
  },
};
