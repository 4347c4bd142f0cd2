export {
  AdminRecord,
  KeyId,
  KeyRecord,
  KeyScope,
  type Mandate,
  NewKey,
  PersonRecord,
  Role,
  type SecondPerson,
  SignIn,
  TenantLimitsGiven,
  TenantName,
  TenantRecord,
  TenantState,
  UsageAnswer,
  UsageRow,
  VERBS,
  type Verb,
} from "./access.ts";
export {
  APPROVAL_REASON_CHARACTERS_MAX,
  Approval,
  ApprovalId,
  ApprovalOutcome,
  ApprovalReason,
  ApprovalRequest,
  ApprovalSettled,
  ApprovalState,
} from "./approval.ts";
export { AUDIT_GRANTS_MAX, AuditRecord } from "./audit.ts";
export { BudgetName, BudgetNotice } from "./budget-notice.ts";
export { BUDGET_WORDS, BUDGETS, type Budget } from "./budgets.ts";
export {
  Call,
  ExecuteAction,
  ExecuteArguments,
  ExecuteCall,
  ItemId,
  ItemSource,
  LoadArguments,
  LoadCall,
  NoCall,
  type Primitive,
  SearchArguments,
  SearchCall,
  SearchSource,
  TEXT_CHARACTERS_MAX,
} from "./call.ts";
export {
  CallerTool,
  ChatMessage,
  ChatTurn,
  ChatYes,
  OfferedModel,
  ToolChoice,
  WrittenCall,
} from "./chat.ts";
export {
  Accept,
  Approve,
  Ask,
  Cancel,
  Choose,
  CLIENT_FRAMES,
  ClientFrame,
  Confirm,
  Feedback,
  Hello,
  Keystroke,
  Submit,
} from "./client-frames.ts";
export { CONSENT_LEVELS, ConsentLevel } from "./consent-level.ts";
export {
  ContextCandidate,
  ContextState,
  WarmContext,
} from "./context.ts";
export {
  AnchorsAnswer,
  AnchorsRequest,
  Deployment,
  type RouterPart,
  StudyAnswer,
  StudyRequest,
  TrialAnswer,
  type TrialLeader,
  TrialRequest,
} from "./deployment.ts";
export { EmbedAnswer, EmbedRequest, NEAREST_MAX } from "./embed.ts";
export { ErrorBody } from "./error-body.ts";
export {
  ERRORS,
  type ErrorCode,
  type ErrorTraits,
  isErrorCode,
} from "./errors.ts";
export {
  CallPattern,
  Example,
  ExampleBehaviour,
  ExampleCall,
  ExampleCase,
  ExampleCategory,
  ExampleChecks,
  ExampleStep,
} from "./example.ts";
export { EXECUTE_MS_MAX, type ExecuteDeadlines, executeDeadlines } from "./execute-deadlines.ts";
export {
  DatasetManifest,
  DatasetPage,
  DatasetRow,
  DatasetSplit,
  DatasetTurn,
  FlywheelDeleted,
  FlywheelRequest,
  FlywheelState,
  KeptTurns,
} from "./flywheel.ts";
export {
  EvaluatedCase,
  EvaluationCase,
  EvaluationSource,
  ListedModel,
  ModelEvaluation,
  ModelStage,
  ModelSwitch,
  ModelsRequest,
  RouterFit,
  ShownModel,
  TrialReport,
  TrialStage,
} from "./flywheel-models.ts";
export {
  LabelId,
  NewReview,
  NoiseReport,
  ReviewRow,
  ReviewRows,
  ReviewsRequest,
  ReviewTaken,
  ReviewUndone,
  ReviewVerdict,
  RuleNoise,
} from "./flywheel-reviews.ts";
export {
  ShownThresholds,
  ThresholdFit,
  ThresholdMode,
  ThresholdsRequest,
} from "./flywheel-thresholds.ts";
export { FRAME_SIZES, paddedBytes, padFrame } from "./frame-padding.ts";
export { Interaction } from "./interaction.ts";
export {
  BrokenItem,
  Effect,
  EXAMPLE_CHARACTERS_MAX,
  EXAMPLES_MAX,
  InputSpec,
  ItemList,
  ItemSummary,
  LibraryPosition,
  WHEN_TO_USE_CHARACTERS_MAX,
} from "./item.ts";
export { ITEM_TYPES, ItemType, itemTypeOf, readItemType } from "./item-type.ts";
export { KEY_SCOPES } from "./key-scopes.ts";
export {
  Artifact,
  ArtifactPart,
  CallOrigin,
  ChangedItem,
  Confirmation,
  DiscoverRequest,
  DiscoverResult,
  ExecuteEvent,
  ExecuteRequest,
  ExecuteResult,
  FilesChanged,
  Grant,
  KeptVersion,
  LibraryChange,
  ListItemsRequest,
  LoadRequest,
  LoadResult,
  MeaningState,
  ReadArtifactRequest,
  RecallRunRequest,
  RegistryOrigin,
  SearchHit,
  SearchRequest,
  SearchResult,
  Step,
} from "./kiwi.ts";
export { HabitEntry, Lesson, LessonLine, PersonId } from "./lesson.ts";
export { LibraryPlace, LibraryRecord, LibraryRequest, LibraryTarget } from "./library-place.ts";
export {
  LiluxError,
  type LiluxErrorOptions,
} from "./lilux-error.ts";
export {
  ModelArtefact,
  ModelCard,
  ModelKind,
  NewModel,
  OrchestratorArtefact,
  RouterArtefact,
  TrainingRun,
} from "./model-card.ts";
export {
  createParser,
  type Parser,
} from "./parse.ts";
export {
  KnownPhrasings,
  PHRASING_CHARACTERS_MAX,
  PHRASINGS_PER_ITEM,
  PhrasingEntry,
  PhrasingFault,
  TAUGHT_ITEMS_MAX,
  TeachForgotten,
  TeachingState,
  TeachListed,
  TeachRequest,
  TeachWritten,
  WrittenPhrasings,
} from "./phrasing.ts";
export {
  ACT_FLOOR,
  DEFAULT_THRESHOLDS,
  SessionLimits,
  STRICT_THRESHOLDS,
  Thresholds,
} from "./policy.ts";
export {
  Candidate,
  Degradation,
  EnterEffect,
  ItemMatch,
  MATCHES_MAX,
  ParameterOrigin,
  Prediction,
  PredictRequest,
} from "./prediction.ts";
export { CallActor, Provenance } from "./provenance.ts";
export { RankerWeights } from "./ranker-weights.ts";
export {
  AllowedPublishers,
  Delegate,
  DelegateTerm,
  Namespace,
  NamespaceChange,
  NamespaceClaim,
  NamespaceDelegate,
  NamespaceList,
  NamespaceName,
  NamespaceOwner,
  NewReport,
  Notice,
  NoticeList,
  RegistryOrder,
  Report,
  ReportList,
  ReportTaken,
  TakeDown,
  TakeDownList,
  Told,
} from "./registry.ts";
export { RegistryRequest } from "./registry-request.ts";
export { REQUEST_PARSERS } from "./request-parsers.ts";
export {
  PredictAnswer,
  PredictBody,
  TurnBody,
} from "./rest.ts";
export { ROLES } from "./roles.ts";
export {
  SECRET_BYTES_MAX,
  SECRET_CHARACTERS_MIN,
  SECRETS_PER_TENANT_MAX,
  SecretBody,
  SecretName,
  SecretRecord,
  SecretsRequest,
  SecretsResult,
} from "./secrets.ts";
export {
  ContextWarmed,
  ErrorFrame,
  PredictionFrame,
  ResultPreview,
  ServerFrame,
  SessionEvent,
  SessionStart,
  TurnAccepted,
} from "./server-frames.ts";
export { SessionPadding } from "./session-padding.ts";
export {
  ApplyUpdate,
  EffectChange,
  LibraryDiff,
  LibraryId,
  LibraryItem,
  LibraryItemChange,
  LibraryItems,
  LibraryOrder,
  NewSharedLibrary,
  NewSubscription,
  SharedLibrary,
  SharedLibraryList,
  Subscription,
  SubscriptionList,
} from "./shared-library.ts";
export {
  bytesOf,
  MeasuredPart,
  STORAGE_KINDS,
  StorageBytes,
  type StorageKind,
  StorageRow,
} from "./storage.ts";
export {
  assertTenant,
  isTenant,
  LOCAL_TENANT,
  NO_TENANT,
  type OfTenant,
  ofVerifiedTenant,
  type Tenant,
  verifiedTenant,
} from "./tenant.ts";
export {
  DELETION_PARTS,
  DeletedPart,
  DeletionBegun,
  DeletionPart,
  DeletionReport,
  DeletionRequest,
  DeletionStepTaken,
} from "./tenant-deletion.ts";
export {
  ApprovalRule,
  CarriedSettings,
  TenantSettings,
  TenantSettingsChange,
} from "./tenant-settings.ts";
export { TextEnum } from "./text-enum.ts";
export {
  AskedItem,
  CallEnd,
  CallProgress,
  CallStart,
  ConfirmRequest,
  PlanStep,
  PlanUpdate,
  PROGRESS_CHARACTERS_MAX,
  TextDelta,
  ThoughtDelta,
  TurnCommand,
  TurnEnd,
  TurnEvent,
  TurnId,
  TurnKind,
  TurnOutcome,
  TurnPath,
  TurnRecord,
  TurnRequest,
  TurnStart,
  Usage,
} from "./turn.ts";
export { Weight } from "./weight.ts";
export { wholeMs } from "./whole-ms.ts";
