import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { benchFlywheel } from "./flywheel/bench-flywheel.ts";
import { benchKeystroke } from "./keystroke/bench-keystroke.ts";
import { benchKiwi } from "./kiwi/bench-kiwi.ts";
import { benchLines } from "./lines/bench-lines.ts";
import { benchOrchestrator } from "./orchestrator/bench-orchestrator.ts";
import { benchRouter } from "./router/bench-router.ts";
import { syntheticItems } from "./router/synthetic-items.ts";
import { benchRouterQuality } from "./router-quality/bench-router-quality.ts";
import { fetchPublicSets, PUBLIC_SETS_CACHE } from "./router-quality/fetch-public-sets.ts";
import { benchSessions } from "./sessions/bench-sessions.ts";
import { benchTenants } from "./tenants/bench-tenants.ts";
import { benchTerminal } from "./terminal/bench-terminal.ts";
import { benchWarm } from "./warm/bench-warm.ts";

const program = new Command("bench").description(
  "Programs that measure Lilux and report; they judge nothing.",
);
const number = (text: string): number => Number(text);
const numbers = (text: string): number[] => text.split(",").map(Number);

program
  .command("keystroke")
  .description(
    "open-loop keystrokes through the real distributed path, beside the floor of the same run",
  )
  .option("--sockets <n>", "open sockets", number, 50)
  .option("--rate <n>", "keystrokes per second over all sockets", number, 250)
  .option("--fast-rate <n>", "the same of a row that asks too much", number, 1_000)
  .option("--seconds <n>", "how long to measure", number, 20)
  .option("--items <n>", "items in the library", number, 10_000)
  .option("--write", "put the report into bench/RESULTS.md")
  .action(benchKeystroke);

program
  .command("router")
  .description("text to ranked calls in one process, beside the bare forward pass")
  .option("--sessions <n>", "people typing", number, 50)
  .option(
    "--rates <list>",
    "keystrokes per second over all of them, with commas",
    numbers,
    [250, 1_000],
  )
  .option("--seconds <n>", "how long to measure each rate", number, 20)
  .option("--items <n>", "items in the library", number, 10_000)
  .option("--workers <n>", "threads that run the model", number, 2)
  .option("--write", "put the report into bench/RESULTS.md")
  .action(benchRouter);

program
  .command("fetch-sets")
  .description(
    "take the public sets of router-quality from their repositories; none is part of this one",
  )
  .option("--cache <folder>", "where they are kept", PUBLIC_SETS_CACHE)
  .action(fetchPublicSets);

program
  .command("items")
  .description("made-up items, for libraries of any size: --distractors of lilux eval router")
  .requiredOption("--out <file>", "where they are written, as items.json")
  .option("--count <n>", "how many, at most 10000", number, 10_000)
  .action(({ out, count }: { out: string; count: number }) =>
    writeFileSync(out, `${JSON.stringify(syntheticItems(count))}\n`),
  );

program
  .command("router-quality")
  .description("public sets of lines, zero-shot and five-shot, beside other routers")
  .option("--cache <folder>", "where fetch-sets put them", PUBLIC_SETS_CACHE)
  .option("--python <path>", "a Python that has the other routers: training/router/README.md")
  .option("--sets <names>", "only these, with commas", (text: string) => text.split(","))
  .option("--lines <n>", "only so many lines of each, from all over it", number, 100_000)
  .option("--write", "put the report into bench/RESULTS.md")
  .action(benchRouterQuality);

program
  .command("kiwi")
  .description("find, recall and execute in the tool core, beside a bare sandbox")
  .option(
    "--items <list>",
    "sizes of library, at most 100000, with commas",
    numbers,
    [10_000, 100_000],
  )
  .option("--runs <n>", "script runs to time", number, 100)
  .option("--write", "put the report into bench/RESULTS.md")
  .action(benchKiwi);

program
  .command("tenants")
  .description("what one tenant waits alone, and beside another that asks for many times as much")
  .option("--seconds <n>", "how long to measure each condition in a round", number, 2)
  .option("--rounds <n>", "how often each is measured, by turns", number, 6)
  .option("--within <n>", "seconds after which no further round of a resource begins", number, 45)
  .option(
    "--times <n>",
    "how often the noisy tenant asks, by how often the quiet one does",
    number,
    50,
  )
  .option("--only <words>", "resources whose name holds one, with commas", (text: string) =>
    text.split(","),
  )
  .option("--limits <which>", "usual, or seat: a plan for two processors", "seat")
  .option("--write", "put the report into bench/RESULTS.md")
  .action(benchTenants);

program
  .command("lines")
  .description("what a keystroke and a turn take of a processor, by how long the line is")
  .option("--lengths <list>", "characters, with commas", numbers, [200, 1_280, 2_000, 8_000])
  .option("--rounds <n>", "how often each is measured, by turns", number, 5)
  .option("--keystrokes <n>", "of each length in a round", number, 30)
  .option("--turns <n>", "of each length in a round", number, 4)
  .option("--write", "put the report into bench/RESULTS.md")
  .action(benchLines);

program
  .command("sessions")
  .description(
    "memory that one more idle WebSocket session takes of a gateway, beside a bare socket",
  )
  .option("--sessions <n>", "sessions to hold", number, 4_000)
  .option("--write", "put the report into bench/RESULTS.md")
  .action(benchSessions);

program
  .command("orchestrator")
  .description("turns through gateway and orchestrator, beside the model server directly")
  .option("--streams <n>", "answers at once", number, 50)
  .option("--rounds <n>", "times that every stream asks", number, 6)
  .option("--write", "put the report into bench/RESULTS.md")
  .action(benchOrchestrator);

program
  .command("terminal")
  .description("lines typed at human speed into the page in Chromium, and what stands under them")
  .option("--url <address>", "a running instance; its own unless told")
  .option("--name <name>", "what this run is called in the report", "now")
  .option("--mean-ms <n>", "mean time between two characters", number, 190)
  .option("--lines <n>", "only the first so many lines", number, 1_000)
  .option("--write", "keep it in bench/terminal and put the report into bench/RESULTS.md")
  .action(benchTerminal);

program
  .command("warm")
  .description("sessions through kiwi, router and warmer, and what a warm context is worth")
  .option("--half <half>", "development, held-out or both", "both")
  .option("--no-learns", "forget what followed what")
  .option("--no-typing", "predict whole lines only")
  .option("--fit", "print weights fitted on the development half")
  .option("--write", "put the report into bench/RESULTS.md")
  .action(benchWarm);

program
  .command("flywheel")
  .description("a month of people at work, with and without learning, and who is moved by whom")
  .option("--people <n>", "people of all tenants together", number, 200)
  .option("--tenants <n>", "tenants, at most twelve", number, 12)
  .option("--days <n>", "days, of which five of seven are worked", number, 28)
  .option("--seed <n>", "another month", number, 1)
  .option(
    "--arms <names>",
    "worlds, with commas: without, lessons, all",
    (text: string) => text.split(","),
    ["without", "all"],
  )
  .option("--minutes <n>", "no further day is begun after so long", number, 600)
  .option("--write", "keep it in bench/flywheel and put the report into bench/RESULTS.md")
  .action(benchFlywheel);

await program.parseAsync(process.argv);
