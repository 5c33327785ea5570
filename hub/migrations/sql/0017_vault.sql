-- An upload that a dossier took over: from then on it is kept as long as the dossier, whatever it was stored as.
create table vault.hold (
    entry_id uuid primary key references vault.entry,
    dossier_id uuid not null,
    held_at timestamptz not null
);
create trigger hold_append_only before update or delete on vault.hold
    for each row execute function kernel.refuse_change();

insert into vault.hold (entry_id, dossier_id, held_at)
select distinct on (c.entry_id) c.entry_id, c.dossier_id, c.added_at
from dossier.component c join vault.entry e on e.id = c.entry_id
order by c.entry_id, c.added_at;

create index entry_draft on vault.entry (stored_at) where retention = 'draft';

-- Content whose last entry was deleted. The rows go first, the file after; a crash between leaves this note.
create table vault.discarded (
    sha256 text primary key,
    at timestamptz not null
);

-- What an owner lets somebody see: whoever has the link, or the citizen of this number. How it ended is in share_end.
create table vault.share (
    id uuid primary key,
    entry_id uuid not null references vault.entry,
    owner_id uuid not null,
    token_hash bytea unique,
    grantee_number text check (grantee_number ~ '^[0-9]{12}$'),
    purpose text not null check (purpose <> ''),
    one_time boolean not null,
    made_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > made_at),
    check ((token_hash is null) <> (grantee_number is null))
);
create index share_owner on vault.share (owner_id, made_at);
create index share_grantee on vault.share (grantee_number, expires_at) where grantee_number is not null;
create index share_entry on vault.share (entry_id);
create trigger share_append_only before update or delete on vault.share
    for each row execute function kernel.refuse_change();

-- At most one end: the second use of a one-time share, or a revocation after it, finds the place taken.
create table vault.share_end (
    share_id uuid primary key references vault.share,
    why text not null check (why in ('revoked', 'used')),
    at timestamptz not null
);
create trigger share_end_append_only before update or delete on vault.share_end
    for each row execute function kernel.refuse_change();
