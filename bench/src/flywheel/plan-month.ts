import { seededRandom } from "@lilux/core/rollout";
import type { Call } from "@lilux/protocol";
import type { MonthLibrary, Wish } from "./month-libraries.ts";

export type Manner = "honest" | "careless" | "hostile";

export interface Person {
  name: string;
  tenant: string;
  manner: Manner;
}

/** One line that somebody will send; null is talk. */
export interface PlannedLine {
  text: string;
  call: Call | null;
  /** What a hostile person passes off as meant. */
  pretended: Call | null;
  /** As this person put it before; in other words than before; something they never wanted before. */
  novelty: "same" | "reworded" | "new" | "talk";
  /** A number from 0 up to 1 that decides on what the person does. */
  mood: number;
}

export interface PlannedSession {
  person: Person;
  lines: PlannedLine[];
}

export interface Month {
  people: Person[];
  /** By day; none on days off. */
  days: PlannedSession[][];
}

export interface MonthOptions {
  people: number;
  days: number;
  seed: number;
  libraries: readonly MonthLibrary[];
}

const CARELESS_SHARE = 0.05;
const HOSTILE_SHARE = 0.02;
const WORK_DAYS = 5;
/** Things somebody wants again and again; a fifth of them are others after a week. */
const HABITS = 6;
const DRIFT_A_WEEK = 0.2;
const LINES_A_SESSION = { least: 2, most: 4 };
const SESSION_CHANCE = 0.85;
/** Of lines: talk, a habit, and else whatever the library has. */
const TALK_SHARE = 0.12;
const HABIT_SHARE = 0.7;
/** Of habits: in the very words as always. */
const SAME_WORDS_SHARE = 0.5;

/** Who works when, and says what: the same seed gives the same month, whatever is predicted in it. */
export function planMonth({ people: count, days, seed, libraries }: MonthOptions): Month {
  const random = seededRandom(seed);
  const people = createPeople(count, libraries, random);
  const minds = people.map((person, at) => {
    const library = libraries.find(({ name }) => name === person.tenant);
    if (library === undefined) throw new Error(`There is no library ${person.tenant}.`);
    return createMind(person, library, seededRandom(seed * 7_919 + at));
  });
  const planned = Array.from({ length: days }, (_, day) => {
    if (day % 7 === 0 && day > 0) for (const mind of minds) mind.drift();
    return day % 7 < WORK_DAYS ? minds.flatMap((mind) => mind.session()) : [];
  });
  return { people, days: planned };
}

/** Dealt over the tenants in turn; who is careless or hostile is drawn. */
function createPeople(count: number, libraries: readonly MonthLibrary[], random: () => number) {
  const careless = Math.round(CARELESS_SHARE * count);
  const hostile = Math.round(HOSTILE_SHARE * count);
  const manners: Manner[] = Array.from({ length: count }, (_, at) =>
    at < hostile ? "hostile" : at < hostile + careless ? "careless" : "honest",
  );
  for (let at = manners.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [a = "honest", b = "honest"] = [manners[at], manners[other]];
    [manners[at], manners[other]] = [b, a];
  }
  return manners.map(
    (manner, at): Person => ({
      name: `person-${at}`,
      tenant: libraries[at % libraries.length]?.name ?? "",
      manner,
    }),
  );
}

function createMind(person: Person, library: MonthLibrary, random: () => number) {
  const { wishes, talk } = library;
  /** Few things are wanted often: the square of an even draw favours the first. */
  const some = (): Wish => at(wishes, Math.floor(wishes.length * random() ** 2));
  const habits: Wish[] = Array.from({ length: HABITS }, some);
  const wordings = new Map<Wish, string>();

  function line(): PlannedLine {
    const mood = random();
    if (talk.length > 0 && random() < TALK_SHARE) {
      const text = at(talk, Math.floor(random() * talk.length));
      return { text, call: null, pretended: null, novelty: "talk", mood };
    }
    const wish = random() < HABIT_SHARE ? at(habits, Math.floor(random() * HABITS)) : some();
    const own = wordings.get(wish);
    const isSame = own !== undefined && random() < SAME_WORDS_SHARE;
    const others = wish.texts.filter((text) => text !== own);
    const text =
      isSame || others.length === 0
        ? (own ?? at(wish.texts, 0))
        : at(others, Math.floor(random() * others.length));
    if (own === undefined) wordings.set(wish, text);
    const novelty = own === undefined ? "new" : text === own ? "same" : "reworded";
    const pretended = at(wishes, (wishes.indexOf(wish) + 1) % wishes.length).call;
    return { text, call: wish.call, pretended, novelty, mood };
  }

  return {
    drift(): void {
      for (let place = 0; place < HABITS; place += 1) {
        if (random() < DRIFT_A_WEEK) habits[place] = some();
      }
    },
    session(): PlannedSession[] {
      if (random() > SESSION_CHANCE) return [];
      const { least, most } = LINES_A_SESSION;
      const count = least + Math.floor(random() * (most - least + 1));
      return [{ person, lines: Array.from({ length: count }, line) }];
    },
  };
}

function at<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new Error("There is nothing to choose from.");
  return found;
}
