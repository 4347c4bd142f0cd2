/**
 * Verbs of asking for work, folded and in their plain form: they are compared
 * by stem, so `deploying` and `deployed` count as `deploy`.
 */
export const ACTION_VERBS: readonly string[] = (
  "add analyse analyze apply approve archive ask assign audit back backup benchmark build bump " +
  "calculate cancel change check clean clear close collect compare compile compose compute configure " +
  "connect convert copy count crawl create debug deduplicate delete deliver deploy describe design " +
  "detect disable document download draft edit email enable encrypt enrich estimate evaluate execute " +
  "explain export extract fetch filter find fix follow format generate group hotfix import index " +
  "inspect install investigate invite launch lint list load log lookup map merge migrate monitor move " +
  "normalise normalize notify open optimise optimize organise organize parse patch pause personalise " +
  "personalize plan post prepare preview process profile provision publish pull purge push query rank " +
  "read rebuild recover redact refactor refresh reindex release remove rename render repair replace " +
  "reply report reproduce request reset resize resolve restart restore resume retry revert review " +
  "revoke roll rollback rotate run sample save scan schedule scrape search send set setup share show " +
  "sign simulate solve sort split start stop store submit subscribe summarise summarize sync " +
  "synchronise synchronize tag test trace track train transform translate triage trim trigger " +
  "troubleshoot unsubscribe update upgrade upload validate verify visualise visualize watch write"
).split(" ");
