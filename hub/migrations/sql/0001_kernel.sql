create schema kernel;

create function kernel.vn_fold(t text) returns text
    language sql immutable strict parallel safe as
$$ select translate(regexp_replace(normalize(lower(t), NFD), '[\u0300-\u036f]', '', 'g'), 'đ', 'd') $$;

-- Every status column has this trigger: no status (nor a new one on the same version) without its log row.
-- Argument: the log table, with columns entity_id, version, target.
create function kernel.require_status_log() returns trigger language plpgsql as $$
declare logged boolean;
begin
    if tg_op = 'UPDATE' and new.status is not distinct from old.status and new.version = old.version then
        return null;
    end if;
    execute format('select exists (select from %s where entity_id = $1 and version = $2 and target = $3)', tg_argv[0])
        into logged using new.id, new.version, new.status;
    if not logged then
        raise exception 'status of %.% % changed without its log row', tg_table_schema, tg_table_name, new.id
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;

create function kernel.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%.% is append-only', tg_table_schema, tg_table_name
        using errcode = 'integrity_constraint_violation';
end $$;

create table kernel.audit (
    id uuid primary key,
    at timestamptz not null,
    actor_kind text not null,
    actor_id text not null,
    actor_name text not null,
    action text not null,
    subject text not null,
    data jsonb not null
);
create index audit_subject on kernel.audit (subject, at);
create trigger audit_append_only before update or delete on kernel.audit
    for each row execute function kernel.refuse_change();

create table kernel.connector (
    name text primary key,
    state text not null default 'closed' check (state in ('closed', 'open', 'stopped')),
    since timestamptz not null default now(),
    failures integer not null default 0,
    code text not null default '',
    words text not null default '',
    next_probe_at timestamptz not null default now()
);

create table kernel.outbox (
    id uuid primary key,
    seq bigint generated always as identity,
    connector text not null,
    lane text not null,
    type text not null,
    fact text not null,
    body bytea not null,
    state text not null check (state in ('waiting', 'ready', 'sent', 'done', 'parked', 'skipped')),
    attempt integer not null default 0,
    created_at timestamptz not null,
    not_before timestamptz not null,
    sent_at timestamptz,
    settled_at timestamptz,
    code text not null default '',
    detail_vi text not null default '',
    detail_en text not null default '',
    words text not null default ''
);
create index outbox_ready on kernel.outbox (connector, seq) where state = 'ready';
create index outbox_sent on kernel.outbox (sent_at) where state = 'sent';
create index outbox_open on kernel.outbox (connector, lane, seq) where state in ('waiting', 'ready', 'sent', 'parked');
create index outbox_lane on kernel.outbox (lane, seq);

create table kernel.inbox (
    id uuid primary key,
    seq bigint generated always as identity,
    source text not null,
    external_id text not null,
    type text not null,
    lane text not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    body bytea not null,
    state text not null default 'new' check (state in ('new', 'done', 'quarantined')),
    attempt integer not null default 0,
    not_before timestamptz not null,
    handled_at timestamptz,
    answer jsonb,
    unique (source, external_id)
);
create index inbox_new on kernel.inbox (not_before, seq) where state = 'new';
create index inbox_lane on kernel.inbox (source, lane, seq) where state = 'new';
create index inbox_quarantined on kernel.inbox (received_at) where state = 'quarantined';

create function kernel.wake() returns trigger language plpgsql as $$
begin
    perform pg_notify(tg_argv[0], '');
    return null;
end $$;
create trigger outbox_wake after insert or update on kernel.outbox
    for each statement execute function kernel.wake('outbox');
create trigger inbox_wake after insert on kernel.inbox
    for each statement execute function kernel.wake('inbox');

create table kernel.idempotency (
    scope text not null,
    key text not null,
    fingerprint bytea not null,
    status integer,
    media_type text,
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (scope, key)
);

create table kernel.schedule (
    name text primary key,
    cursor text not null default '',
    next_at timestamptz not null default now(),
    last_at timestamptz,
    note text not null default ''
);
