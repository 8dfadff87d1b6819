-- A record of an event is asked for by itself: who says that it is the same as another is found from both ends.
create index activity_by_same_as on renkei.activity (same_as_municipality_code, same_as_activity_id) where same_as_activity_id is not null;
