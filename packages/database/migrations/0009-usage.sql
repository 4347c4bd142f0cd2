-- Besides turns, a bill counts predictions and the time that scripts ran.
alter table tenant_usage add column predictions bigint not null default 0;
--> statement
alter table tenant_usage add column script_ms bigint not null default 0;
--> statement
-- What was counted and told of, by a name of its own, so that what is told twice counts once.
create table tenant_counted (
  tenant text not null,
  name text not null,
  at timestamptz not null,
  primary key (tenant, name)
);
--> statement
create index tenant_counted_by_age on tenant_counted (at);
