import { writeFileSync } from "node:fs";
import { readMonthLibraries } from "./month-libraries.ts";
import { planMonth } from "./plan-month.ts";
import { type PlayedLine, playMonth } from "./play-month.ts";
import { type HostileProbe, probeHostile } from "./probe-hostile.ts";
import {
  type ModelStory,
  type PoisonedProbe,
  probePoisoned,
  probeRollback,
  type RollbackProbe,
  readStory,
} from "./probe-models.ts";
import { type MonthServices, startMonthServices } from "./start-month-services.ts";

export type ArmName = "without" | "lessons" | "all";

/** What a process of its own is told, as JSON on its command line. */
export interface ArmTask {
  arm: ArmName;
  people: number;
  tenants: number;
  days: number;
  seed: number;
  /** No further day is begun after so long. */
  minutes: number;
  cacheDirectory: string;
  out: string;
}

/** One month in one world, as its process leaves it in a file. */
export interface ArmResult {
  arm: ArmName;
  played: PlayedLine[];
  days: number;
  processorSeconds: number;
  stories: ModelStory[];
  hostile: HostileProbe[];
  poisoned: PoisonedProbe[];
  rollbacks: RollbackProbe[];
}

async function main(task: ArmTask): Promise<void> {
  const { arm, people: count, days, seed, cacheDirectory, out } = task;
  const libraries = readMonthLibraries().slice(0, task.tenants);
  const month = planMonth({ people: count, days, seed, libraries });
  const { people } = month;
  const [lessons, fits] = [arm !== "without", arm === "all"];
  const begun = performance.now();
  const given = { libraries, people, lessons, fits, cacheDirectory };
  const services = await startMonthServices(given);
  const result: ArmResult = {
    arm,
    played: [],
    days: 0,
    processorSeconds: 0,
    stories: [],
    hostile: [],
    poisoned: [],
    rollbacks: [],
  };
  const keep = (): void => {
    const { user, system } = process.cpuUsage();
    result.processorSeconds = (user + system) / 1e6;
    writeFileSync(out, JSON.stringify(result));
  };
  const played = await playMonth(services, {
    month,
    libraries,
    fits,
    onDay(day, all) {
      const today = all.filter((one) => one.day === day);
      const right = today.filter(({ isRight }) => isRight).length;
      if (today.length > 0)
        say(task, `day ${day + 1} of ${days}: ${today.length} lines, ${right} read rightly`);
      result.played = [...all];
      result.days = day + 1;
      keep();
      return performance.now() - begun < task.minutes * 60_000;
    },
  });
  result.played = played;
  if (arm === "all") await probe(services, { result, task, libraries, people });
  keep();
  await services.stop();
}

async function probe(
  services: MonthServices,
  given: {
    result: ArmResult;
    task: ArmTask;
    libraries: ReturnType<typeof readMonthLibraries>;
    people: ReturnType<typeof planMonth>["people"];
  },
): Promise<void> {
  const { result, task, libraries, people } = given;
  for (const { name } of libraries) result.stories.push(await readStory(services, name));
  const attacked = new Set(
    people.filter(({ manner }) => manner === "hostile").map(({ tenant }) => tenant),
  );
  for (const library of libraries) {
    say(task, `what ${library.name} withstands`);
    result.poisoned.push(...(await probePoisoned(services, library)));
    if (attacked.has(library.name)) {
      const { played } = result;
      result.hostile.push(await probeHostile(services, { tenant: library.name, people, played }));
    }
    const rollback = await probeRollback(services, library);
    if (rollback !== undefined) result.rollbacks.push(rollback);
  }
}

function say({ arm }: ArmTask, text: string): void {
  process.stderr.write(`  ${arm.padEnd(8)} ${text}\n`);
}

await main(JSON.parse(process.argv[2] ?? "{}") as ArmTask);
