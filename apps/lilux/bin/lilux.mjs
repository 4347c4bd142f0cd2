#!/usr/bin/env node
// The `lilux` command. It re-enters through tools/setup, which makes sure that
// the right Node runs the TypeScript sources.
import { runLilux } from "../../../tools/setup/run-lilux.mjs";

await runLilux(process.argv.slice(2));
