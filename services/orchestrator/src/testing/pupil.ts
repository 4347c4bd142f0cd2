import { createHash } from "node:crypto";
import { createInProcessBus, type InProcessBus, subjects } from "@lilux/bus";
import { createInMemoryContextStore } from "@lilux/context-store";
import { itemTextOf, packFloats } from "@lilux/core/embedding";
import { textHashOf } from "@lilux/library-index";
import { itemSummary } from "@lilux/library-index/testing";
import {
  createParser,
  EmbedRequest,
  type ItemSummary,
  type LibraryChange,
  PhrasingEntry,
  TeachListed,
  type TeachRequest,
  TeachWritten,
} from "@lilux/protocol";
import { directKiwi } from "@lilux/rpc";
import { scriptedKiwi } from "@lilux/rpc/contract";
import { createLogger } from "@lilux/runtime";
import { createManualClock, testTenant } from "@lilux/testkit";
import type { LanguageModel, StructuredRequest } from "../model/language-model.ts";
import { createOrchestratorService, type OrchestratorService } from "../service.ts";
import type { TeachingSettings } from "../teach/create-teaching.ts";
import { scriptedModel } from "./scripted-model.ts";

/** An item as a model is told of it. */
export interface ToldItem {
  n: number;
  kind: string;
  id: string;
  description: string;
  inputs: { name: string; type: string; about?: string }[];
}

/** What a scripted model writes: an answer of any form for the items it was told. */
export type Writes = (items: ToldItem[], request: StructuredRequest) => unknown;

export interface PupilOptions {
  items?: ItemSummary[];
  writes?: Writes;
  teaching?: Partial<TeachingSettings>;
  /** No router answers until `openRouter`. */
  withoutRouter?: boolean;
  withoutModel?: boolean;
}

const TEACHING: TeachingSettings = {
  tenants: [testTenant("local")],
  all: false,
  tokensPerDay: 1_000_000,
  itemsPerMinute: 60,
};
const WIDTH = 8;
const WITHIN = { deadlineMs: 20_000 };
const logger = createLogger({ service: "test", level: "silent" });
const embedRequest = createParser(EmbedRequest, "an embed request");
const entry = createParser(PhrasingEntry, "an entry");
const written = createParser(TeachWritten, "an answer");
const listed = createParser(TeachListed, "an answer");

export const hashOf = (item: ItemSummary): string => textHashOf(itemTextOf(item));
const lastWordOf = ({ item_id }: { item_id: string }): string => item_id.split("_").at(-1) ?? "";

/** Lines that are an item's own for the stand-in router: they name the last word of its id. */
export const goodLines = (id: string): string[] =>
  ["run the", "please do", "i want some", "time for"].map(
    (start) => `${start} ${lastWordOf({ item_id: id })}`,
  );

export const writesWell: Writes = (items) => ({
  items: items.map(({ n, id }) => ({ n, lines: goodLines(id) })),
});

/** A tenant's library and a stand-in router, beside as many orchestrators as a test starts. */
export function createPupil(options: PupilOptions = {}) {
  const bus = createInProcessBus();
  const store = createInMemoryContextStore();
  const clock = createManualClock();
  const running: OrchestratorService[] = [];
  const told: StructuredRequest[] = [];
  const pupil = {
    bus,
    clock,
    version: 1,
    /** What the model was asked. */
    told,
    items: options.items ?? [itemSummary("script:ops/flush_queue")],
    writes: options.writes ?? writesWell,
    async start(): Promise<OrchestratorService> {
      const service = createOrchestratorService(
        { teaching: { ...TEACHING, ...options.teaching } },
        {
          bus,
          contextStore: store,
          clock,
          logger,
          kiwi: directKiwi(
            scriptedKiwi({
              listItems: async () => ({
                version: `${pupil.version}`,
                items: pupil.items,
                broken: [],
              }),
            }),
          ),
          ...(options.withoutModel === true ? {} : { model: modelOf(pupil) }),
        },
      );
      running.push(service);
      await service.start();
      return service;
    },
    /** Another library from now on, as the tool core announces it. */
    change(items: ItemSummary[]): void {
      pupil.items = items;
      pupil.version += 1;
      const change: LibraryChange = { tenant: "local", version: `${pupil.version}`, changed: [] };
      bus.publish(subjects.library(testTenant("local")), change);
    },
    openRouter: () => answerAsRouter(bus, pupil),
    async stored(): Promise<PhrasingEntry[]> {
      const subject = subjects.phrasing(testTenant("local"));
      const messages = await bus.read("PHRASINGS", subject, { messagesMax: 1_000, ...WITHIN });
      return messages.map(({ body }) => entry.parse(body));
    },
    /** Ids in the order in which lines were stored for them. */
    async taught(): Promise<string[]> {
      return (await pupil.stored()).flatMap((one) =>
        one.type === "taught" ? one.items.map(({ key }) => key) : [],
      );
    },
    ask: (request: TeachRequest, tenant = "local") =>
      bus.request(subjects.teach(testTenant(tenant)), request, WITHIN),
    list: async () => listed.parse(await pupil.ask({ do: "list" })),
    write: async (item_id: string, dryRun = false) =>
      written.parse(
        await pupil.ask({ do: "write", items: [{ item_type: "script", item_id }], dryRun }),
      ),
    async stop(): Promise<void> {
      await Promise.all(running.splice(0).map((service) => service.stop()));
    },
  };
  if (options.withoutRouter !== true) pupil.openRouter();
  return pupil;
}

function modelOf(pupil: { told: StructuredRequest[]; writes: Writes }): LanguageModel {
  return scriptedModel({
    rounds: [],
    async structured(request, signal) {
      signal.throwIfAborted();
      pupil.told.push(request);
      const spending = { cachedTokens: 0, thoughtTokens: 0, isTold: true };
      request.onSpent?.({ promptTokens: 500, completionTokens: 500, ...spending });
      return pupil.writes(itemsIn(request), request);
    },
  });
}

/** What a request tells of items; nothing else is in its last message. */
export function itemsIn({ messages }: StructuredRequest): ToldItem[] {
  const told: unknown = JSON.parse(messages.at(-1)?.content ?? "");
  return (told as { items: ToldItem[] }).items;
}

/** A line is nearest to the item whose id's last word it holds, else to the first; no two are alike. */
function answerAsRouter(bus: InProcessBus, pupil: { items: ItemSummary[] }): void {
  bus.respond(subjects.ofAllTenants("embed"), async ({ body }) => {
    const { texts } = embedRequest.parse(body);
    const embeddings = texts.map(embeddingOf);
    const nearest = texts.map((text) => {
      const words = text.split(/\W+/u);
      const item = pupil.items.find((one) => words.includes(lastWordOf(one))) ?? pupil.items[0];
      return item === undefined ? [] : [{ textHash: hashOf(item), cosine: 0.9 }];
    });
    return { model: "stand-in", ...packFloats(embeddings, WIDTH), nearest };
  });
}

function embeddingOf(text: string): Float32Array {
  const bytes = createHash("sha256").update(text).digest().subarray(0, WIDTH);
  const vector = Float32Array.from(bytes, (byte) => byte - 128);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
