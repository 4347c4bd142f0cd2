-- The flywheel: what tenants let be kept of their turns, and the datasets made of it.
-- Nothing of a tenant without consent is in here.

create table flywheel_consents (
  tenant text primary key,
  level text not null check (level in ('none', 'metrics', 'redacted', 'full')),
  -- Keys the placeholders of what was redacted.
  salt text not null,
  changed_at timestamptz not null
);
--> statement
create table flywheel_people_out (
  tenant text not null,
  person text not null,
  since timestamptz not null,
  primary key (tenant, person)
);
--> statement
create table flywheel_turns (
  position bigint generated always as identity primary key,
  tenant text not null,
  session_id text not null,
  turn_id text not null,
  person text not null,
  at timestamptz not null,
  level text not null check (level in ('metrics', 'redacted', 'full')),
  redaction_version integer not null,
  record jsonb not null,
  unique (tenant, session_id, turn_id)
);
--> statement
create index flywheel_turns_by_person on flywheel_turns (tenant, person, position);
--> statement
create index flywheel_turns_by_age on flywheel_turns (at);
--> statement
create table flywheel_ratings (
  tenant text not null,
  session_id text not null,
  turn_id text not null,
  rating text not null check (rating in ('up', 'down')),
  at timestamptz not null,
  primary key (tenant, session_id, turn_id)
);
--> statement
create table flywheel_datasets (
  tenant text not null,
  version text not null,
  made_at timestamptz not null,
  manifest jsonb not null,
  stale_since timestamptz,
  primary key (tenant, version)
);
--> statement
create table flywheel_dataset_rows (
  tenant text not null,
  version text not null,
  position integer not null,
  -- Null once the turn it was made of had to be deleted.
  row jsonb,
  turn_position bigint not null,
  primary key (tenant, version, position),
  foreign key (tenant, version) references flywheel_datasets on delete cascade
);
--> statement
create index flywheel_dataset_rows_by_turn on flywheel_dataset_rows (tenant, turn_position);
