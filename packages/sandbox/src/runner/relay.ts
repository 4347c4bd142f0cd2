import { readFileSync } from "node:fs";

/** The program that runs a script with the proxy within its reach. It is Python, as the script is. */
export const RELAY = readFileSync(new URL("relay.py", import.meta.url), "utf8");
