/**
 * A line as a person types it, and what it is for: a call of the demo library in the form
 * `run script date_diff`, `load knowledge cron_syntax` or `search script` (any of these is right),
 * talk that means no call, or a wish to look around.
 */
export interface TypedLine {
  text: string;
  means: { calls: readonly string[] } | "talk" | "browse";
}

const call = (text: string, ...calls: string[]): TypedLine => ({ text, means: { calls } });
const talk = (text: string): TypedLine => ({ text, means: "talk" });
const browse = (text: string): TypedLine => ({ text, means: "browse" });

/** Written for this measurement alone; nothing is trained or tuned on them. */
export const TYPED_LINES: readonly TypedLine[] = [
  call("how many days from march 3 to june 9", "run script date_diff"),
  call(
    "who is on call next month, make a rota",
    "run script rota_plan",
    "run directive plan_on_call_rota",
  ),
  call("plan my week", "run directive plan_week"),
  call("what does 15 4 * * 0 mean", "run script cron_explain"),
  call("explain a cron line", "run script cron_explain", "load knowledge cron_syntax"),
  call("profile orders.csv", "run script csv_profile", "run directive profile_csv"),
  call("clean up this csv", "run directive clean_csv"),
  call("find duplicate lines in a log", "run script duplicate_lines", "search script"),
  call("compare two json files", "run script json_diff", "run directive compare_json_payloads"),
  call("give me 12 uuids", "run script uuid_batch"),
  call("deploy to staging", "run directive deploy_staging"),
  call("deploy to production", "run directive deploy_production"),
  call("roll back the deployment", "run directive rollback_deployment"),
  call("migrate the database", "run directive migrate_database"),
  call("write a regex for ipv4 addresses", "run directive write_regex"),
  call("table of contents for readme.md", "run script markdown_toc"),
  call("text stats of chapter1.txt", "run script text_stats"),
  call("summarise this document", "run directive summarise_document"),
  call("write a decision record", "run directive write_decision_record"),
  call("check kim@example.com is a real address", "run script email_validator"),
  call(
    "remove duplicate addresses from my list",
    "run script email_deduplicator",
    "run directive clean_email_list",
  ),
  call("score this subject line", "run script email_subject_score"),
  call("write a cold email", "run directive write_cold_email"),
  call("send the newsletter", "run directive send_newsletter"),
  call("triage my inbox", "run directive triage_inbox"),
  call("split 900 euros into needs and savings", "run script budget_split"),
  call(
    "total an invoice of 4 hours at 80",
    "run script invoice_total",
    "run directive create_invoice",
  ),
  call("chase the late invoice", "run directive chase_late_invoice"),
  call("review this pull request", "run directive review_pull_request"),
  call("recover lost commits", "run directive recover_lost_commits"),
  call("lint the directives", "run script directive_lint", "run directive validate_library"),
  call("which requests are slow in access.log", "run script http_log_latency"),
  call("summarise the error log", "run script log_summary", "run directive triage_error_logs"),
  call("how much error budget is left", "run script slo_budget"),
  call("write the postmortem", "run directive write_postmortem"),
  call("draft a changelog", "run script changelog_draft"),
  call("bump the minor version", "run script semver_bump"),
  call("cut a release", "run directive cut_release"),
  call("how strong is my password", "run script password_strength"),
  call("scan the repo for secrets", "run script secrets_scan", "run directive scan_for_secrets"),
  call("rotate the api credentials", "run directive rotate_credentials"),
  call("answer the support ticket", "run directive answer_support_ticket"),
  call("fix the flaky test", "run directive fix_flaky_test"),
  call("find scripts about email", "search script"),
  call("search directives for releases", "search directive"),
  call("anything on time zones", "load knowledge time_zones", "search knowledge"),
  call("open the phishing signs", "load knowledge phishing_signs"),
  call("show me the semver rules", "load knowledge semver_rules"),
  call("load spf_dkim_dmarc", "load knowledge spf_dkim_dmarc"),
  call("run secrets_scan", "run script secrets_scan"),
  call("postmortem template", "load knowledge postmortem_template"),
  talk("thanks, that was quick"),
  talk("why did the last run take so long"),
  talk("is tuesday better than monday for this"),
  talk("what do you think about our release process"),
  talk("good morning"),
  talk("can you explain the difference between the two"),
  talk("i am not sure this is right"),
  talk("tell me a joke about kiwis"),
  browse("show all scripts"),
  browse("list directives"),
  browse("help"),
  browse("what can you do"),
  browse("what is in the library"),
  browse("list all knowledge"),
  browse("show me everything"),
];
