import { CALL_FEATURES, type CallFeature } from "./call-feature-names.ts";
import { signatureOf } from "./call-signature.ts";
import {
  cosineOf,
  type EvidenceSummary,
  LOG_SHARE_MIN,
  summariseEvidence,
  type TopTwo,
} from "./evidence-summary.ts";
import { createLessonFeatures, type LessonFeatures } from "./lesson-features.ts";
import type { ItemEvidence, LineEvidence, PhraseCloseness, Proposal } from "./line-evidence.ts";
import { logSourceOf } from "./possible-sources.ts";

const PLACE = Object.fromEntries(CALL_FEATURES.map((name, at) => [name, at])) as Readonly<
  Record<CallFeature, number>
>;

/** The form of a question: it may be talk, and an item may answer it. */
const ASKS =
  /^(?:(?:and|so|but|ok|okay|hey|well)[, ]+)*(?:what|which|who|whom|whose|how|why|when|where|is|are|was|were|am|do|does|did|has|have|had|can|could|should|would|will|may|any)(?:'s|’s)?\b|\?\s*$/iu;

const ROW_BYTES = CALL_FEATURES.length * Float64Array.BYTES_PER_ELEMENT;

/** The features of every proposal, each a row in the order of `CALL_FEATURES`. */
export function callFeatures(proposals: readonly Proposal[], line: LineEvidence): Float64Array[] {
  const summary = summariseEvidence(line);
  const lessonsOf = createLessonFeatures(line.lessons);
  // One piece of memory: some seventy small ones a line are dear to make and to collect.
  const memory = new ArrayBuffer(proposals.length * ROW_BYTES);
  return proposals.map((proposal, at) => {
    const row = new Float64Array(memory, at * ROW_BYTES, CALL_FEATURES.length);
    const sheet = createSheet(row, { line, summary });
    setFeatures(sheet, proposal);
    if (lessonsOf !== undefined) setLessons(sheet, proposal, lessonsOf(signatureOf(proposal)));
    return row;
  });
}

/** Where the features of one proposal are written. */
interface Sheet {
  set(name: CallFeature, value: number): void;
  line: LineEvidence;
  summary: EvidenceSummary;
}

type ProposalOf<K extends Proposal["kind"]> = Extract<Proposal, { kind: K }>;

function createSheet(
  row: Float64Array,
  { line, summary }: { line: LineEvidence; summary: EvidenceSummary },
): Sheet {
  return {
    set(name, value) {
      row[PLACE[name]] = value;
    },
    line,
    summary,
  };
}

function setFeatures(sheet: Sheet, proposal: Proposal): void {
  const { line } = sheet;
  sheet.set("log_primitive", line.reading.logPrimitive[proposal.call?.name ?? "none"]);
  switch (proposal.kind) {
    case "none":
      setNone(sheet);
      break;
    case "search":
      setSearch(sheet, proposal);
      break;
    case "create":
      setCreate(sheet, proposal);
      break;
    case "load":
      setLoad(sheet, proposal);
      setItem(sheet, proposal.item);
      break;
    case "execute":
      setExecute(sheet, proposal);
      setItem(sheet, proposal.item);
      break;
  }
}

function setNone({ set, line, summary }: Sheet): void {
  const { reading, hasPrevious, lastOpen, items } = line;
  const { cosines } = summary;
  set("is_none", 1);
  set("none_best_cosine", cosines.first);
  set("none_best_lexical", summary.lexicals.first);
  set("none_best_coverage", summary.bestCoverage);
  set("none_dangling_reference", hasPrevious ? 0 : reading.reference);
  set("none_cosine_margin", cosines.first - cosines.second);
  set("none_cosine_lift", cosines.first - summary.usualCosine);
  set("none_top_share", summary.topLogShare);
  set("none_log_words", summary.logWords);
  set("none_last_open", lastOpen ? 1 : 0);
  set("none_log_primitive", reading.logPrimitive.none);
  set("none_log_search", reading.logPrimitive.search);
  set("none_log_load", reading.logPrimitive.load);
  set("none_log_execute", reading.logPrimitive.execute);
  set("none_log_run", reading.logAction.run);
  const { nearest, three, known } = summary.phrases;
  set("none_phrase_nearest", nearest.first);
  set("none_phrase_three", three.first);
  set("none_phrase_margin", three.first - three.second);
  set("none_phrase_known", known);
  const { late } = summary;
  set("none_late_best", late.mean.first);
  set("none_late_margin", late.mean.first - late.mean.second);
  set("none_late_lift", late.mean.first - late.usual);
  set("none_late_weak", late.weak.first);
  set("none_late_share", late.topLogShare);
  set("none_log_items", Math.log1p(items.length));
  set("none_asks", ASKS.test(line.text) ? 1 : 0);
}

function setSearch({ set, line, summary }: Sheet, { call, query }: ProposalOf<"search">): void {
  const { item_type, source } = call.arguments;
  const { reading, lastOpen } = line;
  set("is_search", 1);
  set("log_item_type", reading.logItemType[item_type]);
  set("log_source", reading.logSearchSource[source ?? "local"]);
  set("log_query", query.logProbability);
  set("query_guessed", query.guessed ? 1 : 0);
  set("query_open_word", lastOpen && query.hasLastWord ? 1 : 0);
  set("search_log_primitive", reading.logPrimitive.search);
  set("search_log_item_type", reading.logItemType[item_type]);
  set("search_type_share", summary.logTypeShares.get(item_type) ?? LOG_SHARE_MIN);
  set("search_best_cosine", summary.cosines.first);
  set("search_best_lexical", summary.lexicals.first);
  set("search_exact_id", summary.hasExact ? 1 : 0);
  set("search_log_words", summary.logWords);
  set("search_last_open", lastOpen ? 1 : 0);
  set("search_phrase_nearest", summary.phrases.nearest.first);
  set("search_late_best", summary.late.mean.first);
  set("search_late_weak", summary.late.weak.first);
}

function setCreate({ set, line, summary }: Sheet, { call, query }: ProposalOf<"create">): void {
  set("is_execute", 1);
  set("is_create", 1);
  set("log_item_type", line.reading.logItemType[call.arguments.item_type]);
  set("log_action", line.reading.logAction.create);
  set("log_query", query.logProbability);
  set("query_guessed", query.guessed ? 1 : 0);
  set("create_best_coverage", summary.bestCoverage);
  set("execute_log_words", summary.logWords);
  set("execute_last_open", line.lastOpen ? 1 : 0);
}

function setLoad({ set, line }: Sheet, { call, item }: ProposalOf<"load">): void {
  const { item_type } = item.item;
  set("is_load", 1);
  set("log_source", logSourceOf(call.arguments.source, item.item.source, line.reading));
  set("load_log_primitive", line.reading.logPrimitive.load);
  set("load_cosine", cosineOf(item));
  set("load_lexical", item.lexical);
  set("load_late", item.tokens?.mean ?? 0);
  set("load_knowledge", item_type === "knowledge" ? 1 : 0);
  set("load_script", item_type === "script" ? 1 : 0);
}

function setExecute({ set, line, summary }: Sheet, { call, item }: ProposalOf<"execute">): void {
  const { item_type } = item.item;
  set("is_execute", 1);
  if (call.arguments.action !== "run") {
    // Who changes an item names it, or says that it is one; who wants it run says what it is for.
    set("is_manage", 1);
    set("manage_coverage", item.mention.coverage);
    set("manage_cosine", cosineOf(item));
    set("manage_said", summary.speaksOfFiles ? 1 : 0);
  }
  set("log_action", line.reading.logAction[call.arguments.action]);
  set("execute_knowledge", item_type === "knowledge" ? 1 : 0);
  set("execute_script", item_type === "script" ? 1 : 0);
  set("execute_log_words", summary.logWords);
  set("execute_last_open", line.lastOpen ? 1 : 0);
}

function setItem({ set, line: { reading }, summary }: Sheet, item: ItemEvidence): void {
  const cosine = cosineOf(item);
  set("log_item_type", reading.logItemType[item.item.item_type]);
  set("log_item_share", summary.logShares.get(item) ?? 0);
  set("cosine", cosine);
  set("cosine_lift", cosine - summary.usualCosine);
  set("cosine_margin", marginOf(cosine, summary.cosines));
  set("lexical", item.lexical);
  set("lexical_margin", marginOf(item.lexical, summary.lexicals));
  set("exact_id", item.mention.exact ? 1 : 0);
  set("id_coverage", item.mention.coverage);
  set("previous_reference", item.isPrevious ? reading.reference : 0);
  set("phrase_share_lift", summary.phrases.logLifts.get(item) ?? 0);
  if (item.phrases !== undefined) setPhrases({ set, summary }, item.phrases);
  set("late_share_lift", summary.late.logLifts.get(item) ?? 0);
  if (item.tokens === undefined) return;
  set("late", item.tokens.mean);
  set("late_weak", item.tokens.weak);
  set("late_margin", marginOf(item.tokens.mean, summary.late.mean));
  set("late_lift", item.tokens.mean - summary.late.usual);
}

function setPhrases(
  { set, summary }: Pick<Sheet, "set" | "summary">,
  { nearest, three, centroid, count }: PhraseCloseness,
): void {
  set("phrase_known", 1);
  set("phrase_nearest", nearest);
  set("phrase_three", three);
  set("phrase_centroid", centroid);
  set("phrase_margin", marginOf(three, summary.phrases.three));
  set("phrase_count", Math.log1p(count));
}

function setLessons({ set }: Sheet, { kind }: Proposal, lesson: LessonFeatures): void {
  set("lesson_same", lesson.same);
  set("lesson_same_wording", lesson.sameWording);
  set("lesson_item", lesson.item);
  set("lesson_other", lesson.other);
  set("lesson_other_wording", lesson.otherWording);
  set("lesson_wrong", lesson.wrong);
  set("lesson_count", lesson.count);
  if (kind === "none") set("none_lesson_nearest", Math.max(lesson.same, lesson.other));
}

/** The lead over the best other; negative for all but the best. */
function marginOf(value: number, { first, second }: TopTwo): number {
  return value >= first ? value - second : value - first;
}
