-- What a tenant keeps, measured once an hour, by day. A kind that was never measured is null.
create table tenant_storage (
  tenant text not null,
  day date not null,
  measures bigint not null,
  measured_at timestamptz not null,
  items bigint,
  registry bigint,
  turns bigint,
  history bigint,
  contexts bigint,
  learning bigint,
  byte_hours bigint not null,
  primary key (tenant, day)
);
