import { foldText } from "../text/index.ts";

const LANGUAGES = ["de", "fr", "es", "it", "nl", "pt"];
/** A Sunday in January. */
const SUNDAY = Date.UTC(2023, 0, 1);
const DAY_MS = 86_400_000;
const PLAIN = /^[\x20-\x7e]*$/;

const WORDS: Readonly<Record<string, string>> = {
  today: "heute aujourd'hui hoy oggi vandaag hoje",
  tomorrow: "morgen demain mañana domani amanhã",
  yesterday: "gestern ayer ieri gisteren ontem",
  "day after tomorrow": "übermorgen après-demain overmorgen dopodomani",
  "day before yesterday": "vorgestern avant-hier anteayer eergisteren",
  next: "nächsten nächster nächste kommenden prochain prochaine próximo próxima prossimo prossima volgende",
  last: "letzten letzter letzte vergangenen dernier dernière pasado pasada scorso scorsa vorige afgelopen passado passada",
  of: "de di del do",
};
/** Before a day and part of it: "am 3. März", "le 3 mars". */
export const ARTICLES_OF_DAYS: ReadonlySet<string> = new Set(
  "am den dem der le el il op em o al für pour para per voor por".split(" "),
);

/** In English what months, weekdays and the words for near days are in other languages; months and weekdays by CLDR. */
const ENGLISH: ReadonlyMap<string, string> = new Map(
  [
    ...LANGUAGES.flatMap((language) => [
      ...namesIn(language, "month", 12).map((name, at) => [name, namesIn("en", "month", 12)[at]]),
      ...namesIn(language, "weekday", 7).map((name, at) => [name, namesIn("en", "weekday", 7)[at]]),
    ]),
    ...Object.entries(WORDS).flatMap(([english, words]) =>
      words.split(" ").map((word) => [word, english]),
    ),
  ].map(([word = "", english = ""]): [string, string] => [foldText(word), english]),
);

function namesIn(language: string, part: "month" | "weekday", count: number): string[] {
  const format = new Intl.DateTimeFormat(language, { [part]: "long", timeZone: "UTC" });
  return Array.from({ length: count }, (_, at) => {
    const day = part === "month" ? Date.UTC(2023, at, 1) : SUNDAY + at * DAY_MS;
    return format.format(day).toLowerCase();
  });
}

/** Whether a lower-case word says of a day what an English one does. */
export function isForeignDayWord(word: string): boolean {
  return englishOf(word) !== undefined;
}

/** Asked for every word of every line: nothing is folded that is plain already. */
function englishOf(word: string): string | undefined {
  return ENGLISH.get(PLAIN.test(word) ? word : foldText(word));
}

/** Whether some words may be a day in another language: not one is asked for twice where none is foreign. */
export function mayBeForeignDay(words: readonly string[]): boolean {
  return words.some((word) => ARTICLES_OF_DAYS.has(word) || englishOf(word) !== undefined);
}

/** The English words for a day in another language; undefined where not one word of it is foreign. */
export function dayInEnglish(said: string): string | undefined {
  const words = said.split(" ");
  while (words.length > 1 && ARTICLES_OF_DAYS.has(words[0] ?? "")) words.shift();
  const english = words.map((word) => englishOf(word) ?? ordinalDay(word));
  return english.join(" ") === said ? undefined : english.join(" ");
}

function ordinalDay(word: string): string {
  return word.replace(/^(\d{1,2})(?:er|º|°|ª)$/u, "$1");
}
