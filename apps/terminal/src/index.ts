export { type BundleTerminalOptions, bundleTerminal } from "./bundle-terminal.ts";
