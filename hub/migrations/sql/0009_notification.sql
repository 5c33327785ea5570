create schema notification;

-- What a person is told, once: `key` names the occasion. Without an account (`person_id` null) it goes out only.
create table notification.notice (
    id uuid primary key,
    key text not null unique,
    person_id uuid,
    email text not null,
    phone text not null,
    title text not null,
    body text not null,
    link text not null,
    told_at timestamptz not null,
    read_at timestamptz
);
create index notice_person on notification.notice (person_id, told_at desc) where person_id is not null;
create index notice_unread on notification.notice (person_id) where read_at is null;
