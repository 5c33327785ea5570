-- When the first certificate ends that a verdict rests on and no document time-stamp vouches for, and whether one does
-- for the rest (`signing.lasting`). Of reports from before: as if none did, so that the renewal looks at the file.
alter table vault.verdict
    add column lapses_at timestamptz,
    add column archived boolean not null default false;
update vault.verdict v set lapses_at = (
    select min((until #>> '{}')::timestamptz)
    from vault.report r, jsonb_path_query(r.body, '$.signatures[*].**.valid_until') until
    where r.entry_id = v.entry_id and r.number = v.number
);
update vault.verdict v set archived = true
where exists (
    select from vault.report r, jsonb_array_elements(r.body -> 'signatures') signature
    where r.entry_id = v.entry_id and r.number = v.number
      and signature ->> 'role' = 'time-stamp' and signature ->> 'indication' = 'TOTAL-PASSED'
);
create index verdict_lapses on vault.verdict (lapses_at, entry_id) where lapses_at is not null;

-- What became of a document whose evidence was about to lapse: `renewed_id` is its next version; `refused` by its
-- verdict, `failed` for anything else: both are tried again from `next_at` on.
create table portfolio.renewal (
    entry_id uuid primary key,
    document_id uuid not null,
    owner_id uuid not null,
    dossier_id uuid,
    agency_code text not null,
    document text not null,
    lapses_at timestamptz not null,
    outcome text not null check (outcome in ('renewed', 'refused', 'failed')),
    why_vi text not null default '',
    why_en text not null default '',
    attempts integer not null check (attempts >= 1),
    at timestamptz not null,
    next_at timestamptz,
    renewed_id uuid,
    holds_until timestamptz,
    check ((outcome = 'renewed') = (renewed_id is not null and holds_until is not null)),
    check ((outcome = 'renewed') = (next_at is null))
);
create index renewal_troubled on portfolio.renewal (lapses_at, entry_id) where outcome <> 'renewed';
create index renewal_done on portfolio.renewal (at desc, entry_id) where outcome = 'renewed';
create trigger renewal_final before update on portfolio.renewal
    for each row when (old.outcome = 'renewed') execute function kernel.refuse_change();
create trigger renewal_kept before delete on portfolio.renewal
    for each row execute function kernel.refuse_change();
