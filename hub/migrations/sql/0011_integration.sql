create schema integration;

-- What a partner holds of a dossier, beside what we hold: one row a pair, the age of a divergence kept.
create table integration.parity (
    dossier_code text not null,
    partner text not null,
    ours text not null,
    theirs text not null,
    agrees boolean not null,
    checked_at timestamptz not null,
    diverged_since timestamptz,
    primary key (dossier_code, partner)
);
create index parity_diverged on integration.parity (diverged_since) where not agrees;
