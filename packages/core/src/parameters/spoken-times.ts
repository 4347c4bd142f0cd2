import { numberOfWord } from "./number-words.ts";

const PERIOD = / (?:in the |at )?(am|a\.m|pm|p\.m|morning|afternoon|evening|night)$/;
type HalfOfDay = "morning" | "afternoon" | "night";
const HALVES: Readonly<Record<string, HalfOfDay>> = {
  am: "morning",
  "a.m": "morning",
  morning: "morning",
  pm: "afternoon",
  "p.m": "afternoon",
  afternoon: "afternoon",
  evening: "afternoon",
  night: "night",
};
const CLOCK = /^(\d{1,2})(?:[:.](\d{2}))?(?: ?o['’]?clock)?$/;
const PAST = /^(?:a )?(\w+)(?: minutes)? (past|to) (\w+)$/;
const NAMED: Readonly<Record<string, string>> = {
  noon: "12:00",
  midday: "12:00",
  midnight: "00:00",
};
/** Without "at" before it "ten to twelve" may be how many. */
const BEFORE_TIME = /^(?:at|by|until|till|around|about)$/;

/**
 * The time of day that some words mean, as HH:MM; undefined for none. Hours without a half of the day are those that
 * people are awake: one to six in the afternoon, seven to eleven in the morning. Takes lower-case words.
 */
export function spokenTime(words: readonly string[], before: string): string | undefined {
  const said = words.join(" ");
  if (words.length === 1) return NAMED[said];
  const half = HALVES[PERIOD.exec(said)?.[1] ?? ""];
  const rest = said.replace(PERIOD, "");
  const clock = CLOCK.exec(rest) ?? CLOCK.exec(rest.replace(/^\w+/u, digits));
  const isClock = half !== undefined || /clock$/.test(rest);
  if (clock !== null && isClock) {
    return timeOf(Number(clock[1]), Number(clock[2] ?? 0), half);
  }
  const [, amount = "", side, named = ""] = PAST.exec(rest) ?? [];
  const minutes = { half: 30, quarter: 15 }[amount] ?? Number(digits(amount));
  const hour = Number(digits(named));
  if (![5, 10, 15, 20, 25, 30].includes(minutes) || !(hour >= 1 && hour <= 12)) return undefined;
  if (side === "past") return timeOf(hour, minutes, half);
  const isTold = amount === "quarter" || half !== undefined || BEFORE_TIME.test(before);
  if (!isTold || minutes === 30) return undefined;
  const earlier = timeOf(hour, 0, half);
  return earlier === undefined ? undefined : minutesBefore(earlier, minutes);
}

function timeOf(hour: number, minutes: number, half: HalfOfDay | undefined): string | undefined {
  if (hour > 23 || minutes > 59 || (hour > 12 && half !== undefined)) return undefined;
  return `${String(hourOf(hour, half)).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

function hourOf(hour: number, half: HalfOfDay | undefined): number {
  switch (half) {
    case "morning":
      return hour % 12;
    case "afternoon":
      return (hour % 12) + 12;
    case "night":
      return hour % 12 < 6 ? hour % 12 : (hour % 12) + 12;
    case undefined:
      return hour >= 1 && hour <= 6 ? hour + 12 : hour;
  }
}

function minutesBefore(time: string, minutes: number): string {
  const at = (Number(time.slice(0, 2)) * 60 + 1_440 - minutes) % 1_440;
  return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
}

function digits(word: string): string {
  return String(numberOfWord(word) ?? word);
}
