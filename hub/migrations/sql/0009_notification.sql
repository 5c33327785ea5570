create schema notification;

-- What a person was told. `key` makes each telling happen once.
create table notification.message (
    id uuid primary key,
    key text not null unique,
    person_id uuid not null,
    email text not null,
    phone text not null,
    title text not null,
    text text not null,
    link text not null,
    told_at timestamptz not null,
    read_at timestamptz
);
create index message_person on notification.message (person_id, told_at desc);
