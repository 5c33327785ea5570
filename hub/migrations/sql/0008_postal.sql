create schema postal;

-- One parcel with the post. `order_number` is ours and unique: the post's idempotency key.
create table postal.parcel (
    id uuid primary key,
    order_number text not null unique,
    dossier_id uuid not null,
    dossier_code text not null,
    direction text not null check (direction in ('return', 'collection')),
    status text not null
        check (status in ('ordered', 'collected', 'in-transit', 'delivered', 'returned', 'lost')),
    version integer not null,
    sender jsonb not null,
    receiver jsonb not null,
    content text not null,
    cod_amount bigint not null default 0 check (cod_amount >= 0),
    item_code text not null default '',
    ordered_at timestamptz not null,
    accepted_at timestamptz,
    updated_at timestamptz not null,
    delivered_at timestamptz
);
create index parcel_dossier on postal.parcel (dossier_id);
create index parcel_open on postal.parcel (ordered_at) where status in ('ordered', 'collected', 'in-transit');

create table postal.parcel_log (
    entity_id uuid not null references postal.parcel,
    version integer not null,
    source text not null,
    target text not null,
    trigger text not null,
    cause text not null,
    actor_kind text not null,
    actor_id text not null,
    actor_name text not null,
    at timestamptz not null,
    logged_at timestamptz not null,
    primary key (entity_id, version)
);
create trigger parcel_log_append_only before update or delete on postal.parcel_log
    for each row execute function kernel.refuse_change();
create trigger parcel_logged after insert or update on postal.parcel
    for each row execute function kernel.require_status_log('postal.parcel_log');

-- The chain of custody: every scan the post told us, applied or not; `event_key` makes each one row.
create table postal.scan (
    id uuid primary key,
    parcel_id uuid not null references postal.parcel,
    event_key text not null unique,
    stage text not null,
    partner_status text not null,
    message text not null,
    item_code text not null,
    at timestamptz not null,
    told_at timestamptz not null,
    effect text not null check (effect in ('applied', 'noted', 'contradiction', 'unknown'))
);
create index scan_parcel on postal.scan (parcel_id, at);
create trigger scan_append_only before update or delete on postal.scan
    for each row execute function kernel.refuse_change();
