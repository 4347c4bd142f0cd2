import { applyTheme, rememberedTheme } from "./theme.ts";

// Runs before the page is drawn, so that a remembered theme never flashes.
const theme = rememberedTheme();
if (theme !== null) applyTheme(theme);
