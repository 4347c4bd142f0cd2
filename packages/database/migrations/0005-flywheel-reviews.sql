-- What people said of labels: whether a rule read a turn rightly. A turn that is deleted takes them with it.

create table flywheel_reviews (
  position bigint generated always as identity primary key,
  tenant text not null,
  turn_position bigint not null references flywheel_turns on delete cascade,
  rule text not null,
  -- The beginning of the call's digest; `none` for "no call".
  call_digest text not null,
  verdict text not null check (verdict in ('accept', 'fix', 'reject', 'skip')),
  -- Of a fix: the call that was meant, which may be null in JSON for "no call".
  meant jsonb,
  reviewer text not null,
  at timestamptz not null
);
--> statement
create index flywheel_reviews_by_tenant on flywheel_reviews (tenant, turn_position, rule, call_digest, position);
--> statement
create index flywheel_reviews_by_turn on flywheel_reviews (turn_position);
