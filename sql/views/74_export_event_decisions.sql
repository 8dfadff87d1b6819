-- renkei_api.export_event_decisions - What the secretariat said of events that several records tell of: one event or two, whose figure counts.
create view renkei_api.export_event_decisions as
with visible as materialized (
	select distinct a.municipality_code::text as municipality_code, a.activity_id::text as activity_id from renkei_api.export_activities a
), moment as materialized (
	select coalesce(nullif(current_setting('renkei.export_as_of', true), '')::timestamptz, now()) as as_of
)
select 'pair'::text collate "C" as subject,
	d.municipality_code,
	d.activity_id,
	(d.other_municipality_code::text || '/' || d.other_activity_id::text) collate "C" as about,
	d.entry,
	d.other_municipality_code::text as other_municipality_code,
	d.other_activity_id,
	null::renkei.event_figure as figure,
	d.decision as word,
	null::boolean as chosen,
	lead(d.entry) over (partition by d.municipality_code, d.activity_id, d.other_municipality_code, d.other_activity_id order by d.entry) is null as holds,
	case when (select current_setting('renkei.export_disclosure', true)) is distinct from 'public' then d.reason end as reason,
	d.decided_at
from renkei.event_decision d
join moment m on d.decided_at <= m.as_of
where exists (select from visible v where v.municipality_code = d.municipality_code::text and v.activity_id = d.activity_id::text)
	and exists (select from visible v where v.municipality_code = d.other_municipality_code::text and v.activity_id = d.other_activity_id::text)
union all
select 'figure'::text collate "C" as subject,
	c.municipality_code,
	c.activity_id,
	c.figure::text collate "C" as about,
	c.entry,
	null::text as other_municipality_code,
	null::renkei.own_id as other_activity_id,
	c.figure,
	null::renkei.event_decision_word as word,
	c.chosen,
	lead(c.entry) over (partition by c.municipality_code, c.activity_id, c.figure order by c.entry) is null as holds,
	case when (select current_setting('renkei.export_disclosure', true)) is distinct from 'public' then c.reason end,
	c.decided_at
from renkei.figure_choice c
join moment m on c.decided_at <= m.as_of
where exists (select from visible v where v.municipality_code = c.municipality_code::text and v.activity_id = c.activity_id::text);
comment on view renkei_api.export_event_decisions is 'What the secretariat said of events that several records tell of: one event or two, whose figure counts.';
comment on column renkei_api.export_event_decisions.subject is 'pair: whether two records tell of one event; figure: whether a record''s figure counts.';
comment on column renkei_api.export_event_decisions.municipality_code is 'Whose record: Japanese local government code; of a pair the first by code and identity.';
comment on column renkei_api.export_event_decisions.activity_id is 'Identity of that record in its reports.';
comment on column renkei_api.export_event_decisions.about is 'The other record of a pair, as code/identity; or the figure.';
comment on column renkei_api.export_event_decisions.entry is 'Number of the word, from 1; the last one holds.';
comment on column renkei_api.export_event_decisions.other_municipality_code is 'Whose the other record is: Japanese local government code; null = a figure.';
comment on column renkei_api.export_event_decisions.other_activity_id is 'Identity of the other record; null = a figure.';
comment on column renkei_api.export_event_decisions.figure is 'Which figure; null = a pair.';
comment on column renkei_api.export_event_decisions.word is 'Linked: one event.  Apart: two, whatever reports say.  Open: as if nothing had been said.  Null = a figure.';
comment on column renkei_api.export_event_decisions.chosen is 'The record''s figure counts, or does not any more; null = a pair.';
comment on column renkei_api.export_event_decisions.holds is 'It is the last word on its pair or figure.';
comment on column renkei_api.export_event_decisions.reason is 'Why.';
comment on column renkei_api.export_event_decisions.decided_at is 'When, UTC.';
grant select on renkei_api.export_event_decisions to renkei_analyst;
