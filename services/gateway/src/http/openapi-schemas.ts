import {
  Artifact,
  BrokenItem,
  Candidate,
  Confirmation,
  Effect,
  ErrorBody,
  ExecuteArguments,
  ExecuteCall,
  ExecuteResult,
  FilesChanged,
  Grant,
  InputSpec,
  ItemSource,
  ItemSummary,
  ItemType,
  KeptVersion,
  LoadArguments,
  LoadCall,
  LoadResult,
  PlanStep,
  PredictAnswer,
  PredictBody,
  RegistryOrigin,
  SearchArguments,
  SearchCall,
  SearchHit,
  SearchSource,
  SessionEvent,
  Step,
  TeachForgotten,
  TeachListed,
  TeachWritten,
  ThoughtDelta,
  TurnBody,
  Usage,
} from "@lilux/protocol";
import type { TSchema } from "typebox";
import { OpenAiErrorBody } from "../openai/openai-error.ts";
import { SearchPage } from "./search-page.ts";

/** Shapes that the description calls by name, wherever they stand in it: generators make types of them. */
export const NAMED_SCHEMAS: Readonly<Record<string, TSchema>> = {
  Artifact,
  BrokenItem,
  Candidate,
  Confirmation,
  Effect,
  Error: ErrorBody,
  ExecuteArguments,
  ExecuteCall,
  ExecuteResult,
  FilesChanged,
  Grant,
  InputSpec,
  ItemSource,
  ItemSummary,
  ItemType,
  KeptVersion,
  LoadArguments,
  LoadCall,
  LoadResult,
  OpenAiError: OpenAiErrorBody,
  PlanStep,
  PredictAnswer,
  PredictBody,
  RegistryOrigin,
  SearchArguments,
  SearchCall,
  SearchHit,
  SearchPage,
  SearchSource,
  SessionEvent,
  Step,
  TeachForgotten,
  TeachListed,
  TeachWritten,
  ThoughtDelta,
  TurnBody,
  Usage,
  ...eventsByName(),
};

/** Each event of a turn, after its type: `call-start` is CallStartEvent. */
function eventsByName(): Record<string, TSchema> {
  const named = SessionEvent.anyOf.map((event): [string, TSchema] => {
    const words = event.properties.type.const.split("-");
    const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
    return [`${name}Event`, event];
  });
  return Object.fromEntries(named);
}
