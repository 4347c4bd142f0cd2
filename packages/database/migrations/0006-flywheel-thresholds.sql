-- The bar of acting, fitted per tenant: every fit, switch and rollback is a row, and the newest counts.

create table flywheel_thresholds (
  position bigint generated always as identity primary key,
  tenant text not null,
  at timestamptz not null,
  by text not null,
  -- `on` is fitted every night, `held` stays as it is, `off` is the gateway's own bar.
  mode text not null check (mode in ('off', 'on', 'held')),
  -- What counts while the mode is not `off`; null is the gateway's own.
  act double precision,
  -- Of the model that it was fitted on: null is the router's own.
  model text,
  -- What the last fit said.
  fit jsonb
);
--> statement
create index flywheel_thresholds_by_tenant on flywheel_thresholds (tenant, position);
