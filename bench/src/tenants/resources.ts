import { connectTypist, type Typist } from "../keystroke/connect-typist.ts";
import { type As, ask, keyOf, type Outcome } from "./as-tenant.ts";

/** Something of the server that tenants share, and how somebody makes use of it. */
export interface Resource {
  name: string;
  /** How often the quiet tenant does it. */
  perSecond: number;
  /** Opened before anything is timed; by whoever asks often, with more people. */
  open(as: As, people: number): Promise<Use>;
}

export interface Use {
  send(index: number): Promise<Outcome>;
  close(): void;
}

const LINE = "say hello to the visitors of this morning";
const LONG = `${LINE} ${"and everybody who came along ".repeat(275)}`.slice(0, 8_000);

/** What the quiet tenant types beside everything else. Several people, so that none overtakes their own line. */
export const TYPING: Resource = typing(() => "as it is typed");

/** In the order of the report. The quiet tenant types beside each of them. */
export const RESOURCES: readonly Resource[] = [
  { ...typing((index) => `${index}`), name: "router passes: keystrokes" },
  { ...typing((index) => LONG.slice(0, 8_000 - (index % 50))), name: "lines of 8,000 characters" },
  asking("router passes: predictions over REST", 2, (index) => [
    "/v1/predict",
    { text: `${LINE} ${index}` },
  ]),
  asking("tool-core calls: searches", 2, (index) => [
    "/v1/search",
    { item_type: "directive", query: `hello ${index}`, source: "local" },
  ]),
  asking("database: searches in the registry", 2, (index) => [
    "/v1/search",
    { item_type: "directive", query: `hello ${index}`, source: "registry" },
  ]),
  asking("orchestrator: turns", 2, () => [
    "/v1/turns",
    { text: "load directive hello" },
    isCompleted,
  ]),
  asking("language model: turns", 2, (index) => [
    "/v1/turns",
    { text: `${LINE} ${index}`, ask: true },
    isCompleted,
  ]),
  asking("script slots", 2, () => [
    "/v1/execute",
    { item_type: "script", item_id: "wait", action: "run" },
    isSuccess,
  ]),
  asking("embeddings: new items", 1, (index, started) => [
    "/v1/execute",
    {
      item_type: "knowledge",
      item_id: `note-${started}-${index}`,
      action: "create",
      parameters: { title: `Note ${index}`, body: `What is to be known of ${LINE} ${index}.` },
    },
    isSuccess,
  ]),
  {
    name: "sessions: opened and left",
    perSecond: 2,
    async open(as) {
      return {
        close: () => undefined,
        async send() {
          try {
            (await connect(as)).close();
            return "done";
          } catch (error) {
            return String(error).includes("429") || String(error).includes("503")
              ? "refused"
              : "lost";
          }
        },
      };
    },
  },
];

const isCompleted = (text: string): boolean =>
  text.includes("event: turn-end") &&
  text.includes('"completed"') &&
  !text.includes('"overloaded"');
const isSuccess = (text: string): boolean => text.includes('"status":"success"');

type Asked = [path: string, body: object, isDone?: (text: string) => boolean];

function asking(
  name: string,
  perSecond: number,
  asked: (index: number, started: number) => Asked,
): Resource {
  return {
    name,
    perSecond,
    async open(as) {
      const started = Date.now() % 100_000_000;
      return {
        close: () => undefined,
        send: (index) => ask(as, ...asked(index, started)),
      };
    },
  };
}

/** Keys of so many people. An answer without a prediction is none; a frame that is told to wait is refused. */
function typing(textOf: (index: number) => string): Resource {
  return {
    name: "keystrokes",
    perSecond: 5,
    async open(as, people) {
      const typists: Typist[] = [];
      for (let made = 0; made < people; made += 1) typists.push(await connect(as));
      return {
        close() {
          for (const typist of typists) typist.close();
        },
        async send(index) {
          const text = textOf(index);
          const typist = typists[index % people];
          const line = text.length > 100 ? text : `${LINE.slice(0, 8 + (index % 32))}${text}`;
          const answer = await typist?.type(line).catch(() => undefined);
          if (answer === undefined) return "refused";
          return answer.isMadeUp ? "late" : "done";
        },
      };
    },
  };
}

function connect({ url, tenant }: As): Promise<Typist> {
  const options = { waits: true };
  return connectTypist(`${url.replace("http", "ws")}/v1/session`, keyOf(tenant), options);
}
