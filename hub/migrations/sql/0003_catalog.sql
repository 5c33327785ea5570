create schema catalog;

-- A procedure as it now is: what search needs, and which version is current. `listed`: in the national list (PRO-09).
create table catalog.procedure (
    code text primary key,
    version integer not null,
    hash text not null,
    name text not null,
    field_code text not null,
    field_name text not null,
    agency text not null,
    responsible text not null,
    public boolean not null,
    online boolean not null,
    limit_amount integer,
    limit_unit text not null,
    fee_low bigint,
    fee_high bigint,
    listed boolean not null default true,
    unlisted_at timestamptz,
    updated_at timestamptz not null,
    folded text not null generated always as (kernel.vn_fold(name)) stored,
    words tsvector not null generated always as (to_tsvector(
        'simple', regexp_replace(kernel.vn_fold(name || ' ' || code || ' ' || field_name), '[^a-z0-9]+', ' ', 'g')
    )) stored
);
create index procedure_words on catalog.procedure using gin (words);
create index procedure_field on catalog.procedure (field_code);

-- Everything that a dossier needs, frozen: a dossier keeps the version under which it came in (PRO-08).
create table catalog.version (
    procedure_code text not null references catalog.procedure,
    version integer not null,
    content json not null,
    created_at timestamptz not null,
    primary key (procedure_code, version)
);
create trigger version_append_only before update or delete on catalog.version
    for each row execute function kernel.refuse_change();
