// `npm start` and `npm run lilux`: set up, then run the command.
import { runLilux } from "./run-lilux.mjs";

await runLilux(process.argv.slice(2));
