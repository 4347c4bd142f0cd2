import { createParser, ExecuteResult, LoadResult, SearchResult } from "@lilux/protocol";
import type { Print } from "../output/create-print.ts";
import { printLoaded } from "./load.ts";
import { printResult } from "./print-result.ts";
import { printHits } from "./search.ts";

const search = createParser(SearchResult, "search result");
const load = createParser(LoadResult, "load result");
const execute = createParser(ExecuteResult, "execute result");

/** A call's result as the command for it prints it; nothing of a form that none has. */
export function printCallResult(result: unknown, print: Print): void {
  if (search.is(result)) printHits(result, print);
  else if (load.is(result)) printLoaded(result, print);
  else if (execute.is(result)) printResult(result, { print, said: new Set() });
}
