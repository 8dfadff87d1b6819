-- renkei_api.export_iati - Events, and the records of them, as activities of the IATI standard 2.03, an XML element each.
--
-- An event is an activity of hierarchy 1, as the record words it that speaks for it, with the parties and themes of all its records and without money.
-- A record is told once, as worded last, as an activity of hierarchy 2 below its event (related-activity 1 and 2; 3 among records of one event).
-- Money stands at the lowest level alone, as the standard wants it, and there with the record that speaks for the event.  So whoever counts what
-- is of hierarchy 1 counts each event once, and whoever adds up money, at the lowest level or everywhere, has each amount once.
-- IATI wants whole days: of a date that is less exact it has the first or the last one, and says so beside it.
-- Events that are only related to the programme are none of its activities.
create view renkei_api.export_iati as
with record as materialized (
	select row_number() over () as n, e.event, e.turn, a.municipality_code, a.version_id, a.activity_id,
		v.fiscal_year, v.quarter, v.received_at, a.kind, a.title, a.status, a.city, a.result, a.planned_start, a.planned_end, a.actual_start, a.actual_end,
		'JP-JCN-' || renkei.corporate_number(a.municipality_code) as organisation,
		('JP-JCN-' || renkei.corporate_number(a.municipality_code) || '-' || a.activity_id) collate "C" as identifier
	from renkei_api.export_event_records() e
	join renkei.activity a on a.municipality_code::text = e.municipality_code and a.version_id = e.version_id and a.activity_id::text = e.activity_id
	join renkei.report_version v on v.municipality_code = a.municipality_code and v.version_id = a.version_id
), word as materialized (
	select w.*, renkei.xml_narratives(w.ja, w.en, w.zh) as names from renkei_api.export_words() w where w.dimension in ('kind', 'cost_item', 'payer')
), municipality as materialized (
	select m.municipality_code::text as code, 'JP-JCN-' || renkei.corporate_number(m.municipality_code) as ref,
		renkei.xml_narratives(m.name_ja, m.name_en, m.name_zh) as names
	from renkei.municipality m
), partner as materialized (
	select p.partner_code::text as code, renkei.xml_narratives(p.name_ja, p.name_en, p.name_zh) as names from renkei.partner_government p
), said as materialized (
	select (select current_setting('renkei.export_free_text', true)) is distinct from 'off' as sentences,
		(select current_setting('renkei.export_company_names', true)) is distinct from 'off' as companies
), named as materialized (
	select o.n, r.event, r.turn, o.rank, o.code, o.word, xmlelement(name "participating-org", xmlattributes(o.ref as ref, o.type as type, 4 as role), o.names) as element
	from (select r.n, 1 as rank, p.code, p.code as word, p.ref, 11 as type, p.names
		from (select r.n, r.municipality_code::text as code from record r
			union select r.n, c.party_municipality_code::text from record r join renkei.activity_municipality c
				on c.municipality_code = r.municipality_code and c.version_id = r.version_id and c.activity_id = r.activity_id) r
		join municipality p on p.code = r.code
		union all
		select r.n, 2, p.code, p.code, null, 11, p.names from record r join renkei.activity_partner c
			on c.municipality_code = r.municipality_code and c.version_id = r.version_id and c.activity_id = r.activity_id
		join partner p on p.code = c.partner_code::text
		union all
		select r.n, 3, to_char(c.position, 'FM00000'), c.body, null, null, xmlelement(name narrative, renkei.xml_text(c.body)) from record r join renkei.activity_body c
			on c.municipality_code = r.municipality_code and c.version_id = r.version_id and c.activity_id = r.activity_id
		union all
		select r.n, 4, to_char(c.position, 'FM00000'), c.name, null, case when c.kind = 'company' then 70 end, xmlelement(name narrative, renkei.xml_text(c.name))
		from record r join renkei.activity_organisation c
			on c.municipality_code = r.municipality_code and c.version_id = r.version_id and c.activity_id = r.activity_id
		cross join said s where s.companies and c.consent_to_be_named = 'yes') o
	join record r on r.n = o.n
), party as materialized (
	select 2 as level, o.n as at, xmlagg(o.element order by o.rank, o.code) as elements from named o group by o.n
	union all
	select 1, o.event, xmlagg(o.element order by o.rank, o.turn, o.code)
	from (select distinct on (o.event, o.rank, o.word) o.* from named o order by o.event, o.rank, o.word, o.turn, o.code) o group by o.event
), tagged as materialized (
	select r.n, r.event, r.turn, t.position, t.theme, xmlelement(name tag, xmlattributes(99 as vocabulary, t.theme as code),
		renkei.xml_narratives(h.label_ja, h.label_en, h.label_zh)) as element
	from record r join renkei.activity_theme t on t.municipality_code = r.municipality_code and t.version_id = r.version_id and t.activity_id = r.activity_id
	join renkei.theme h on h.theme = t.theme
), topic as materialized (
	select 2 as level, t.n as at, xmlagg(t.element order by t.position) as elements from tagged t group by t.n
	union all
	select 1, t.event, xmlagg(t.element order by t.turn, t.position)
	from (select distinct on (t.event, t.theme) t.* from tagged t order by t.event, t.theme, t.turn, t.position) t group by t.event
), money as materialized (
	-- As far as an amount is said of an event that was held on a known date: no band, yen and yuan apart.
	select r.n, xmlagg(xmlelement(name transaction, xmlattributes(c.position as ref), xmlelement(name "transaction-type", xmlattributes(4 as code)),
			xmlelement(name "transaction-date", xmlattributes(to_char(d.day, 'YYYY-MM-DD') as "iso-date")),
			xmlelement(name value, xmlattributes(c.currency as currency, to_char(d.day, 'YYYY-MM-DD') as "value-date"),
				case c.currency when 'CNY' then trim_scale(c.minor_units / 100.0) else c.minor_units end),
			case when i.value is not null then xmlelement(name description, i.names) end,
			case when y.value is not null then xmlelement(name "provider-org", coalesce(p.names, m.names, y.names)) end) order by c.position) as elements
	from record r
	join renkei.activity_cost_line c on c.municipality_code = r.municipality_code and c.version_id = r.version_id and c.activity_id = r.activity_id
	cross join lateral (select renkei.last_day(coalesce(r.actual_end, r.actual_start)) as day) d
	left join word i on i.dimension = 'cost_item' and i.value = c.item
	left join word y on y.dimension = 'payer' and y.value = c.payer
	left join partner p on c.payer = 'cn_local' and p.code = c.partner_code::text
	left join municipality m on c.payer = 'municipal' and m.code = coalesce(c.payer_municipality_code, r.municipality_code)::text
	where r.turn = 1 and r.status = 'held' and d.day is not null and c.minor_units is not null and c.upper_minor_units is null
		and c.accuracy is distinct from 'band' and c.share is distinct from 'none'
	group by r.n
), joint as materialized (
	select r.event, array_agg(r.identifier order by r.turn) as identifiers, max(r.received_at) as received_at from record r group by r.event
), told as (
	select 2 as level, r.n as at, r.identifier, r.received_at as changed_at, r as record from record r
	union all
	-- No record has such an identity.
	select 1, r.event, r.identifier || '~event', j.received_at, r from record r join joint j on j.event = r.event where r.turn = 1
)
select t.identifier,
	xmlelement(name "iati-activity", xmlattributes('ja' as "xml:lang", to_char(t.changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "last-updated-datetime",
			t.level as hierarchy),
		xmlelement(name "iati-identifier", t.identifier),
		xmlelement(name "reporting-org", xmlattributes(r.organisation as ref, 11 as type), m.names),
		xmlelement(name title, xmlelement(name narrative, renkei.xml_text(r.title))),
		xmlelement(name description, xmlattributes(1 as type), renkei.xml_narratives(
			coalesce(k.ja, '取組') || format('（%s年度第%s四半期の報告）', r.fiscal_year, r.quarter),
			coalesce(k.en, 'activity') || format(' (report of FY%s Q%s)', r.fiscal_year, r.quarter),
			coalesce(k.zh, '活动') || format('（%s财年第%s季度报告）', r.fiscal_year, r.quarter))),
		case when t.level = 2 and r.result is not null and s.sentences then
			xmlelement(name description, xmlattributes(4 as type), xmlelement(name narrative, renkei.xml_text(r.result))) end,
		w.elements,
		xmlelement(name "activity-status", xmlattributes(case r.status when 'held' then 4 when 'continued' then 2 when 'cancelled' then 5 else 1 end as code)),
		(select xmlagg(xmlelement(name "activity-date", xmlattributes(d.type as type, to_char(d.day, 'YYYY-MM-DD') as "iso-date"),
				case when d.said is not null then xmlelement(name narrative, d.said) end) order by d.type)
			from (select 1 as type, renkei.first_day(r.planned_start) as day, case when (r.planned_start).precision <> 'day' then renkei.partial_date_text(r.planned_start) end as said
				union all select 2, renkei.first_day(r.actual_start), case when (r.actual_start).precision <> 'day' then renkei.partial_date_text(r.actual_start) end
				union all select 3, renkei.last_day(r.planned_end), case when (r.planned_end).precision <> 'day' then renkei.partial_date_text(r.planned_end) end
				union all select 4, renkei.last_day(r.actual_end), case when (r.actual_end).precision <> 'day' then renkei.partial_date_text(r.actual_end) end
				union all select case when r.status in ('held', 'continued') then 2 else 1 end, renkei.quarter_start(r.fiscal_year, r.quarter),
					format('日付の記載なし（%s年度第%s四半期の報告）', r.fiscal_year, r.quarter)
				where coalesce(renkei.first_day(r.planned_start), renkei.first_day(r.actual_start), renkei.last_day(r.planned_end), renkei.last_day(r.actual_end)) is null) d
			where d.day is not null),
		xmlelement(name "recipient-country", xmlattributes('CN' as code)),
		case when r.city is not null then xmlelement(name location, xmlelement(name "location-reach", xmlattributes(1 as code)),
			xmlelement(name name, xmlelement(name narrative, renkei.xml_text(r.city)))) end,
		-- Biosphere protection, which air pollution control is part of.
		xmlelement(name sector, xmlattributes(1 as vocabulary, 41020 as code)),
		h.elements,
		c.elements,
		case when t.level = 1 then
			(select xmlagg(xmlelement(name "related-activity", xmlattributes(2 as type, o.identifier as ref)) order by o.turn)
			from unnest(j.identifiers) with ordinality as o (identifier, turn))
		else xmlconcat(xmlelement(name "related-activity", xmlattributes(1 as type, j.identifiers[1] || '~event' as ref)),
			(select xmlagg(xmlelement(name "related-activity", xmlattributes(3 as type, o.identifier as ref)) order by o.turn)
			from unnest(j.identifiers) with ordinality as o (identifier, turn) where o.turn <> r.turn)) end)::text as element
from told t
cross join lateral (select (t.record).*) r
join municipality m on m.code = r.municipality_code::text
join joint j on j.event = r.event
left join party w on w.level = t.level and w.at = t.at
left join topic h on h.level = t.level and h.at = t.at
left join money c on t.level = 2 and c.n = r.n
left join word k on k.dimension = 'kind' and k.value = r.kind
cross join said s;
comment on view renkei_api.export_iati is 'Events, and the records of them, as activities of the IATI standard 2.03, an XML element each.';
comment on column renkei_api.export_iati.identifier is 'Identifier of the activity: the reporting municipality''s corporate number (法人番号) and the identity of the record; of an event that of the record that speaks for it, with ~event behind.';
comment on column renkei_api.export_iati.element is 'The element iati-activity.';
grant select on renkei_api.export_iati to renkei_analyst;
grant execute on function renkei.corporate_number, renkei.xml_text, renkei.xml_narratives, renkei.first_day, renkei.last_day, renkei.quarter_start to renkei_analyst;
