import { Command } from "commander";
import { benchKeystroke } from "./keystroke/bench-keystroke.ts";

const program = new Command("bench").description(
  "Programs that measure Lilux and report; they judge nothing.",
);
const number = (text: string): number => Number(text);

program
  .command("keystroke")
  .description(
    "open-loop keystrokes through the real distributed path, beside the floor of the same run",
  )
  .option("--sockets <n>", "open sockets", number, 50)
  .option("--rate <n>", "keystrokes per second over all sockets", number, 250)
  .option("--seconds <n>", "how long to measure", number, 20)
  .option("--items <n>", "items in the library", number, 10_000)
  .option("--write", "put the report into bench/RESULTS.md")
  .action(benchKeystroke);

await program.parseAsync(process.argv);
