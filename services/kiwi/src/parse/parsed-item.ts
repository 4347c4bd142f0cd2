import type { Effect, Grant, InputSpec, LoadResult, Step } from "@lilux/protocol";
import type { ScriptNeeds } from "./read-script-needs.ts";

/** What a file says, without where it lies. */
export interface ParsedItem {
  name: string;
  description: string;
  version: string;
  tags: string[];
  inputs: InputSpec[];
  effect: Effect;
  /** A directive's or a script's; empty for knowledge. */
  permissions: Grant[];
  steps: Step[];
  outputs: Record<string, string>;
  modelClass: LoadResult["model_class"];
  /** What a run returns: a knowledge entry's text, empty for the others. */
  body: string;
  /** How it is asked for: lines that people type, and when it is for. */
  examples?: string[];
  when_to_use?: string;
  /** What a script needs beside its grants. */
  needs?: ScriptNeeds;
}
