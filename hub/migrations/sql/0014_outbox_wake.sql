-- A relay is woken by name, and only when there is something for it to take. A statement that changes no row fires a
-- statement trigger all the same, so that each relay's look, which takes nothing, had woken every relay again.
drop trigger outbox_wake on kernel.outbox;

create function kernel.wake_relays() returns trigger language plpgsql as $$
begin
    perform pg_notify('outbox', connector) from (select distinct connector from fresh where state = 'ready') ready;
    return null;
end $$;
create trigger outbox_wake_insert after insert on kernel.outbox
    referencing new table as fresh for each statement execute function kernel.wake_relays();
create trigger outbox_wake_update after update on kernel.outbox
    referencing new table as fresh for each statement execute function kernel.wake_relays();

-- A circuit that closes lets all waiting lanes go at once.
create function kernel.wake_relay() returns trigger language plpgsql as $$
begin
    perform pg_notify('outbox', new.name);
    return null;
end $$;
create trigger connector_wake after update on kernel.connector
    for each row when (old.state is distinct from new.state) execute function kernel.wake_relay();
