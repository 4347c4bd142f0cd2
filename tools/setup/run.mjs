// `npm start` and `npm run lilux`: set up, then run the command. package.json
// says `exec node`: a shell between npm and this process swallows the signals
// that npm passes on. Where the shell has no `exec`, run this file directly.
import { runLilux } from "./run-lilux.mjs";

await runLilux(process.argv.slice(2));
