-- The flywheel's models: training runs, what came of them, what the gate said, and which of them answers.

create table flywheel_runs (
  tenant text not null,
  run text not null,
  kind text not null check (kind in ('router', 'orchestrator')),
  told_at timestamptz not null,
  record jsonb not null,
  primary key (tenant, run)
);
--> statement
create table flywheel_models (
  tenant text not null,
  model text not null,
  kind text not null check (kind in ('router', 'orchestrator')),
  run text,
  sha256 text not null,
  card jsonb not null,
  artefact jsonb not null,
  stage text not null check (stage in ('candidate', 'shadow', 'canary', 'live', 'retired', 'refused')),
  -- Of sessions, while it is a canary.
  share double precision not null default 0,
  reason text,
  -- What was live before it: what a rollback goes back to. Null is what the services came with.
  before text,
  added_at timestamptz not null,
  staged_at timestamptz not null,
  primary key (tenant, model)
);
--> statement
create unique index flywheel_models_one_live on flywheel_models (tenant, kind) where stage = 'live';
--> statement
create unique index flywheel_models_one_trial on flywheel_models (tenant, kind) where stage in ('shadow', 'canary');
--> statement
create table flywheel_evaluations (
  position bigint generated always as identity primary key,
  tenant text not null,
  model text not null,
  at timestamptz not null,
  passes boolean not null,
  record jsonb not null,
  foreign key (tenant, model) references flywheel_models
);
--> statement
create index flywheel_evaluations_by_model on flywheel_evaluations (tenant, model, position);
--> statement
create table flywheel_switches (
  position bigint generated always as identity primary key,
  tenant text not null,
  at timestamptz not null,
  record jsonb not null
);
--> statement
create index flywheel_switches_by_tenant on flywheel_switches (tenant, position);
--> statement
create table flywheel_deployments (
  tenant text primary key,
  revision bigint not null,
  -- The revision that routers and orchestrators were told of.
  told bigint not null
);
