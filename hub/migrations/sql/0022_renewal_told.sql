-- How near to its end a document that cannot be renewed was when people were last told: 1 at first, 2 a month before,
-- 3 a week before, 4 when it had ended; 0 when nobody was told yet.
alter table portfolio.renewal add column told smallint not null default 0 check (told between 0 and 4);
