create schema postal;

-- One parcel: an order at the post. `order_number` is ours: a dossier's n-th parcel has one number for ever.
create table postal.parcel (
    id uuid primary key,
    order_number text not null unique,
    dossier_id uuid not null,
    dossier_code text not null,
    direction text not null,
    status text not null,
    version integer not null,
    sender jsonb not null,
    receiver jsonb not null,
    content text not null,
    item_code text not null default '',
    ordered_at timestamptz not null,
    collected_at timestamptz,
    delivered_at timestamptz,
    updated_at timestamptz not null
);
create index parcel_dossier on postal.parcel (dossier_id);

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

-- The chain of custody: every scan as the post told it, in whatever order it came, applied or not.
create table postal.scan (
    id uuid primary key,
    parcel_id uuid not null references postal.parcel,
    stage text not null,
    partner_status text not null,
    message text not null,
    item_code text not null,
    at timestamptz not null,
    told_at timestamptz not null,
    applied boolean not null,
    unique (parcel_id, stage, partner_status, at)
);
create trigger scan_append_only before update or delete on postal.scan
    for each row execute function kernel.refuse_change();
