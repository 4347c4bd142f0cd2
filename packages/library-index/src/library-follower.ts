import type { Clock } from "@lilux/core/async";
import type { ItemList, LibraryChange } from "@lilux/protocol";
import { createChangeFilter } from "./change-filter.ts";
import type { ItemChange } from "./item-change.ts";

export interface LibraryFollowerDeps {
  /** Lists the whole library. */
  list(): Promise<ItemList>;
  /** Holds exactly these from now on. */
  replace(list: ItemList): Promise<void> | void;
  /** Takes changes to what is held; false when only a list can tell what becomes of it. */
  apply(changes: readonly ItemChange[]): Promise<boolean> | boolean;
  /** Listing or holding failed; it is tried again at a later use. */
  onFailure(error: unknown): void;
  clock: Pick<Clock, "monotonic">;
}

export interface LibraryFollowerOptions {
  /** After a failure nothing is tried for so long. */
  retryMs: number;
  /** Listed again after so long, in case the last announcement was lost. */
  refreshMs: number;
}

/** `absent`: not listed yet. `failed`: not listed yet, and the last try failed. */
export type FollowerState = "absent" | "failed" | "listed";

/**
 * Holds a copy of a library: listed once, then kept up by the changes that are announced.
 * An announcement that was lost shows at the next one, and costs one listing; repeated and
 * overtaken ones cost nothing. One step at a time; nothing is listed before the first use.
 */
export interface LibraryFollower {
  readonly state: FollowerState;
  /** Of what is held; empty before the first list. */
  readonly version: string;
  /** To be called whenever the copy is used: lists when that is due. Never waits. */
  use(): void;
  /** An announcement was heard. */
  hear(change: LibraryChange): void;
  /** One was heard that cannot be read: anything may have changed. */
  doubt(): void;
  /** Resolves once the first try to list has ended. */
  firstTry(): Promise<void>;
  /** Resolves when everything that was heard is taken in, or has failed. */
  settled(): Promise<void>;
  close(): void;
}

/** Announcements that may wait for a listing; beyond, it is listed once more. */
const WAITING_MAX = 256;

export function createLibraryFollower(
  options: LibraryFollowerOptions,
  deps: LibraryFollowerDeps,
): LibraryFollower {
  return new Follower(options, deps);
}

class Follower implements LibraryFollower {
  readonly #options: LibraryFollowerOptions;
  readonly #deps: LibraryFollowerDeps;
  readonly #filter = createChangeFilter();
  readonly #first = Promise.withResolvers<void>();
  #waiting: LibraryChange[] = [];
  #version = "";
  #isListed = false;
  #isDoubted = true;
  #hasFailed = false;
  #isClosed = false;
  #triedAt = Number.NEGATIVE_INFINITY;
  #work: Promise<void> | undefined;

  constructor(options: LibraryFollowerOptions, deps: LibraryFollowerDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  get state(): FollowerState {
    if (this.#isListed) return "listed";
    return this.#hasFailed ? "failed" : "absent";
  }

  get version(): string {
    return this.#version;
  }

  use(): void {
    if (this.#age() >= this.#options.refreshMs) this.#isDoubted = true;
    this.#begin();
  }

  hear(change: LibraryChange): void {
    // The first list, whenever it is asked for, will have it.
    if (!this.#isListed && this.#work === undefined) return;
    if (this.#waiting.length < WAITING_MAX) this.#waiting.push(change);
    else this.doubt();
    this.#begin();
  }

  doubt(): void {
    this.#isDoubted = true;
    this.#waiting = [];
    if (this.#isListed) this.#begin();
  }

  firstTry(): Promise<void> {
    return this.#first.promise;
  }

  async settled(): Promise<void> {
    while (this.#work !== undefined) await this.#work;
  }

  close(): void {
    this.#isClosed = true;
    this.#first.resolve();
  }

  #begin(): void {
    const isTooSoon = this.#hasFailed && this.#age() < this.#options.retryMs;
    if (this.#work !== undefined || isTooSoon || !this.#isDue()) return;
    this.#work = this.#run().finally(() => {
      this.#work = undefined;
    });
  }

  #age(): number {
    return this.#deps.clock.monotonic() - this.#triedAt;
  }

  #isDue(): boolean {
    return !this.#isClosed && (this.#isDoubted || this.#waiting.length > 0);
  }

  async #run(): Promise<void> {
    try {
      while (this.#isDue()) {
        if (this.#isDoubted) await this.#list();
        else await this.#takeNext();
      }
      this.#hasFailed = false;
    } catch (error) {
      this.#triedAt = this.#deps.clock.monotonic();
      this.#isDoubted = true;
      this.#hasFailed = true;
      this.#waiting = [];
      if (!this.#isClosed) this.#deps.onFailure(error);
    }
    this.#first.resolve();
  }

  async #list(): Promise<void> {
    this.#isDoubted = false;
    this.#triedAt = this.#deps.clock.monotonic();
    const list = await this.#deps.list();
    await this.#deps.replace(list);
    this.#filter.listed(list);
    this.#version = list.version;
    this.#isListed = true;
    this.#first.resolve();
  }

  async #takeNext(): Promise<void> {
    const change = this.#waiting.shift();
    if (change === undefined) return;
    const verdict = this.#filter.judge(change);
    if (verdict === "skip") return;
    const changes = (change.changes ?? []).map(({ key, item }) => ({ key, item }));
    const isTaken = verdict === "apply" && (await this.#deps.apply(changes));
    if (isTaken) this.#version = change.version;
    else this.#isDoubted = true;
  }
}
