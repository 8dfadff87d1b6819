-- The registry: what the platform knows beside the reports.
create table renkei.municipality (
	municipality_code renkei.lg_code constraint municipality_pk primary key,
	name_ja text not null,
	name_kana text,
	name_en text,
	name_zh text,
	kind renkei.municipality_kind not null,
	prefecture_code text not null,
	state renkei.participation_state not null,
	constraint municipality_prefecture_is_front check (prefecture_code = left(municipality_code, 2)),
	constraint municipality_kind_fits_code check ((kind = 'prefecture') = (substr(municipality_code, 3, 3) = '000'))
);
comment on table renkei.municipality is 'Japanese municipalities (地方自治体).';
comment on column renkei.municipality.municipality_code is 'Japanese local government code.';
comment on column renkei.municipality.name_ja is 'Name in Japanese.';
comment on column renkei.municipality.name_kana is 'Reading.';
comment on column renkei.municipality.name_en is 'Name in English.';
comment on column renkei.municipality.name_zh is 'Name in Chinese.';
comment on column renkei.municipality.kind is 'Kind of municipality.';
comment on column renkei.municipality.prefecture_code is 'First two digits of the code, 01 to 47.';
comment on column renkei.municipality.state is 'Candidate, participating or left.';

create table renkei.municipality_participation (
	municipality_code renkei.lg_code not null,
	position smallint not null,
	began renkei.partial_date,
	ended renkei.partial_date,
	basis text,
	constraint municipality_participation_pk primary key (municipality_code, position),
	constraint municipality_participation_of foreign key (municipality_code) references renkei.municipality on delete cascade,
	constraint municipality_participation_in_order check (renkei.first_day(began) <= renkei.last_day(ended))
);
comment on table renkei.municipality_participation is 'Intervals in which a municipality takes part.';
comment on column renkei.municipality_participation.municipality_code is 'Japanese local government code.';
comment on column renkei.municipality_participation.position is 'Order as imported, from 1.';
comment on column renkei.municipality_participation.began is 'From; null = not known.';
comment on column renkei.municipality_participation.ended is 'To; null = still taking part.';
comment on column renkei.municipality_participation.basis is 'Document it rests on.';

create table renkei.partner_government (
	partner_code renkei.gb2260 constraint partner_government_pk primary key,
	name_ja text not null,
	name_zh text not null,
	name_en text,
	level renkei.partner_level not null,
	parent_code renkei.gb2260,
	served_by renkei.served_by not null,
	constraint partner_government_level_fits_code check (case level when 'city' then right(partner_code, 4) <> '0000'
		else right(partner_code, 4) = '0000' end),
	constraint partner_government_parent_is_province check ((level = 'city') = (parent_code is not null)
		and parent_code = left(partner_code, 2) || '0000')
);
comment on table renkei.partner_government is 'Chinese provinces and cities (地方政府).';
comment on column renkei.partner_government.partner_code is 'GB/T 2260 code.';
comment on column renkei.partner_government.name_ja is 'Name in Japanese.';
comment on column renkei.partner_government.name_zh is 'Name in Chinese.';
comment on column renkei.partner_government.name_en is 'Name in English.';
comment on column renkei.partner_government.level is 'Province, municipality under the central government, or city.';
comment on column renkei.partner_government.parent_code is 'GB/T 2260 code of the province; null at province level.';
comment on column renkei.partner_government.served_by is 'Served by a municipality, or by the platform itself.';

create table renkei.partner_participation (
	partner_code renkei.gb2260 not null,
	position smallint not null,
	began renkei.partial_date,
	ended renkei.partial_date,
	basis text,
	constraint partner_participation_pk primary key (partner_code, position),
	constraint partner_participation_of foreign key (partner_code) references renkei.partner_government on delete cascade,
	constraint partner_participation_in_order check (renkei.first_day(began) <= renkei.last_day(ended))
);
comment on table renkei.partner_participation is 'Intervals in which a Chinese government takes part.';
comment on column renkei.partner_participation.partner_code is 'GB/T 2260 code.';
comment on column renkei.partner_participation.position is 'Order as imported, from 1.';
comment on column renkei.partner_participation.began is 'From; null = not known.';
comment on column renkei.partner_participation.ended is 'To; null = still taking part.';
comment on column renkei.partner_participation.basis is 'Document it rests on.';

create table renkei.counterpart_body (
	partner_code renkei.gb2260 not null,
	position smallint not null,
	name_ja text,
	name_zh text,
	valid_from renkei.partial_date,
	valid_to renkei.partial_date,
	constraint counterpart_body_pk primary key (partner_code, position),
	constraint counterpart_body_of foreign key (partner_code) references renkei.partner_government on delete cascade,
	constraint counterpart_body_has_a_name check (name_ja is not null or name_zh is not null)
);
comment on table renkei.counterpart_body is 'Bodies of a Chinese government with the time they had that name.';
comment on column renkei.counterpart_body.partner_code is 'GB/T 2260 code.';
comment on column renkei.counterpart_body.position is 'Order as imported, from 1.';
comment on column renkei.counterpart_body.name_ja is 'Name in Japanese.';
comment on column renkei.counterpart_body.name_zh is 'Name in Chinese.';
comment on column renkei.counterpart_body.valid_from is 'First date of that name.';
comment on column renkei.counterpart_body.valid_to is 'Last date of that name; null = still valid.';

create table renkei.cooperation (
	cooperation_id text constraint cooperation_pk primary key,
	municipality_code renkei.lg_code,
	partner_code renkei.gb2260,
	basis renkei.cooperation_basis,
	basis_date renkei.partial_date,
	status renkei.cooperation_status not null,
	status_since renkei.partial_date,
	source text,
	constraint cooperation_id_says_who check (cooperation_id
		= coalesce(municipality_code, 'platform') || '-' || coalesce(partner_code, 'unknown')),
	constraint cooperation_has_a_side check (municipality_code is not null or partner_code is not null),
	constraint cooperation_of_municipality foreign key (municipality_code) references renkei.municipality,
	constraint cooperation_with_partner foreign key (partner_code) references renkei.partner_government
);
create index cooperation_by_municipality on renkei.cooperation (municipality_code);
comment on table renkei.cooperation is 'Cooperations of a municipality with a Chinese government (連携協力).';
comment on column renkei.cooperation.cooperation_id is 'Municipality code or platform, hyphen, partner code or unknown.';
comment on column renkei.cooperation.municipality_code is 'Japanese local government code; null where the platform itself serves the city.';
comment on column renkei.cooperation.partner_code is 'GB/T 2260 code; null = no source names the partner.';
comment on column renkei.cooperation.basis is 'What it rests on; null = not known.';
comment on column renkei.cooperation.basis_date is 'Since when it rests on that.';
comment on column renkei.cooperation.status is 'Preparing, active, suspended or ended.';
comment on column renkei.cooperation.status_since is 'Since when it has that status.';
comment on column renkei.cooperation.source is 'Where this is known from.';

create table renkei.cooperation_scheme (
	cooperation_id text not null,
	position smallint not null,
	scheme renkei.payer not null,
	began renkei.partial_date,
	ended renkei.partial_date,
	constraint cooperation_scheme_pk primary key (cooperation_id, position),
	constraint cooperation_scheme_of foreign key (cooperation_id) references renkei.cooperation on delete cascade
);
comment on table renkei.cooperation_scheme is 'Schemes that pay for a cooperation, with their time.';
comment on column renkei.cooperation_scheme.cooperation_id is 'Cooperation.';
comment on column renkei.cooperation_scheme.position is 'Order as imported, from 1.';
comment on column renkei.cooperation_scheme.scheme is 'Whose money.';
comment on column renkei.cooperation_scheme.began is 'From; null = not known.';
comment on column renkei.cooperation_scheme.ended is 'To; null = still paying.';

create table renkei.type_history (
	cooperation_id text not null,
	entry integer not null,
	type renkei.cooperation_type not null,
	effective renkei.partial_date,
	reason text,
	evidence text,
	recorded_at timestamptz not null default clock_timestamp(),
	constraint type_history_pk primary key (cooperation_id, entry),
	constraint type_history_of foreign key (cooperation_id) references renkei.cooperation
);
comment on table renkei.type_history is 'Dated types of a cooperation as the registry knows them; only added to. What reports say stands in type_change.';
comment on column renkei.type_history.cooperation_id is 'Cooperation.';
comment on column renkei.type_history.entry is 'Number of the entry, from 1.';
comment on column renkei.type_history.type is 'A, or B (A and joint research or model projects).';
comment on column renkei.type_history.effective is 'Since when; null = not known, counted as from the start.';
comment on column renkei.type_history.reason is 'Why.';
comment on column renkei.type_history.evidence is 'Document it rests on.';
comment on column renkei.type_history.recorded_at is 'When the registry learned it, UTC.';

create table renkei.theme (
	theme renkei.theme_code constraint theme_pk primary key,
	label_ja text not null,
	label_en text not null,
	label_zh text not null,
	in_scope boolean not null,
	list_version integer not null,
	position smallint not null constraint theme_position_once unique
);
comment on table renkei.theme is 'Controlled list of themes.';
comment on column renkei.theme.theme is 'Theme.';
comment on column renkei.theme.label_ja is 'Label in Japanese.';
comment on column renkei.theme.label_en is 'Label in English.';
comment on column renkei.theme.label_zh is 'Label in Chinese.';
comment on column renkei.theme.in_scope is 'Belongs to air; the others are kept to recognise related events.';
comment on column renkei.theme.list_version is 'Version of the list in which it appeared.';
comment on column renkei.theme.position is 'Order of the list.';
insert into renkei.theme (theme, label_ja, label_en, label_zh, in_scope, list_version, position) values
	('pm25', '微小粒子状物質（PM2.5）', 'Fine particulate matter (PM2.5)', '细颗粒物（PM2.5）', true, 1, 1),
	('source_apportionment', '発生源解析', 'Source apportionment', '源解析', true, 1, 2),
	('voc', '揮発性有機化合物（VOC）', 'Volatile organic compounds (VOC)', '挥发性有机物（VOCs）', true, 1, 3),
	('photochemical_oxidants', '光化学オキシダント・オゾン', 'Photochemical oxidants and ozone', '光化学氧化剂・臭氧', true, 1, 4),
	('nox_sox', 'NOx・SOx', 'Nitrogen and sulphur oxides', '氮氧化物・硫氧化物', true, 1, 5),
	('mobile_sources', '自動車排出ガス', 'Vehicle exhaust', '机动车尾气', true, 1, 6),
	('stationary_sources', '固定発生源', 'Stationary sources', '固定源', true, 1, 7),
	('cooking_fumes', '飲食店油煙', 'Cooking fumes', '餐饮油烟', true, 1, 8),
	('monitoring', 'モニタリング・測定・精度管理', 'Monitoring, measurement and quality control', '监测・质量控制', true, 1, 9),
	('forecasting', '予測・シミュレーション', 'Forecasting and simulation', '预报・模拟', true, 1, 10),
	('inventory', 'インベントリ', 'Emission inventory', '排放清单', true, 1, 11),
	('emergency_measures', '緊急時対策', 'Emergency measures', '应急措施', true, 1, 12),
	('regulation_planning', '法制度・計画策定', 'Regulation and planning', '法规制度・规划', true, 1, 13),
	('education', '環境教育・普及啓発', 'Education and awareness raising', '环境教育・宣传普及', true, 1, 14),
	('business', '環境国際ビジネス', 'International environmental business', '环境国际商务', true, 1, 15),
	('other', 'その他（大気）', 'Other (air)', '其他（大气）', true, 1, 16),
	('out_of_scope_water', '水質（対象外）', 'Water (out of scope)', '水质（范围外）', false, 1, 17),
	('out_of_scope_soil', '土壌（対象外）', 'Soil (out of scope)', '土壤（范围外）', false, 1, 18),
	('out_of_scope_waste', '廃棄物（対象外）', 'Waste (out of scope)', '废弃物（范围外）', false, 1, 19),
	('out_of_scope_noise_odour', '悪臭・騒音（対象外）', 'Noise and odour (out of scope)', '恶臭・噪声（范围外）', false, 1, 20);

create table renkei.reporting_period (
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	opens_at timestamptz,
	due_at timestamptz,
	due_rule_ja text not null,
	due_rule_en text not null,
	due_rule_zh text not null,
	constraint reporting_period_pk primary key (fiscal_year, quarter, variant),
	constraint reporting_period_year check (fiscal_year between 2000 and 2199),
	constraint reporting_period_quarter check (quarter between 1 and 4),
	constraint reporting_period_forecast_is_q4 check (variant = 'regular' or quarter = 4),
	constraint reporting_period_opens_before_due check (opens_at < due_at)
);
comment on table renkei.reporting_period is 'Reporting periods with window and deadline.';
comment on column renkei.reporting_period.fiscal_year is 'Japanese fiscal year, western number.';
comment on column renkei.reporting_period.quarter is 'Quarter of that fiscal year, 1 = April to June.';
comment on column renkei.reporting_period.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.reporting_period.opens_at is 'First moment at which reports are taken, UTC; null = always open.';
comment on column renkei.reporting_period.due_at is 'Deadline, UTC; null = none.';
comment on column renkei.reporting_period.due_rule_ja is 'How the deadline came about, in Japanese.';
comment on column renkei.reporting_period.due_rule_en is 'How the deadline came about, in English.';
comment on column renkei.reporting_period.due_rule_zh is 'How the deadline came about, in Chinese.';

create table renkei.holiday (
	country text not null constraint holiday_country check (country in ('JP', 'CN')),
	day date not null,
	name text not null,
	source text,
	constraint holiday_pk primary key (country, day)
);
comment on table renkei.holiday is 'Days off in Japan and China.';
comment on column renkei.holiday.country is 'JP or CN.';
comment on column renkei.holiday.day is 'The day.';
comment on column renkei.holiday.name is 'Name of the holiday.';
comment on column renkei.holiday.source is 'Where this is known from.';

create table renkei.evaluation_note (
	first_fiscal_year smallint not null,
	last_fiscal_year smallint not null,
	number smallint not null,
	text text not null,
	columns text[] not null default '{}',
	constraint evaluation_note_pk primary key (first_fiscal_year, last_fiscal_year, number),
	constraint evaluation_note_years check (first_fiscal_year <= last_fiscal_year),
	constraint evaluation_note_number check (number >= 1),
	constraint evaluation_note_columns_known check (columns <@ array['name', 'type', 'outcomes'])
);
comment on table renkei.evaluation_note is 'Notes of an evaluation''s table (備考).';
comment on column renkei.evaluation_note.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei.evaluation_note.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei.evaluation_note.number is 'Number as printed, from 1.';
comment on column renkei.evaluation_note.text is 'Text as printed.';
comment on column renkei.evaluation_note.columns is 'Column heads that carry its mark: name, type, outcomes.';

create table renkei.evaluation_note_item (
	first_fiscal_year smallint not null,
	last_fiscal_year smallint not null,
	number smallint not null,
	position smallint not null,
	label text not null,
	text text not null,
	constraint evaluation_note_item_pk primary key (first_fiscal_year, last_fiscal_year, number, position),
	constraint evaluation_note_item_of foreign key (first_fiscal_year, last_fiscal_year, number)
		references renkei.evaluation_note on delete cascade
);
comment on table renkei.evaluation_note_item is 'Lines below the text of a note.';
comment on column renkei.evaluation_note_item.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei.evaluation_note_item.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei.evaluation_note_item.number is 'Number of the note.';
comment on column renkei.evaluation_note_item.position is 'Order, from 1.';
comment on column renkei.evaluation_note_item.label is 'Label, such as A.';
comment on column renkei.evaluation_note_item.text is 'Text as printed.';

create table renkei.evaluation_note_municipality (
	first_fiscal_year smallint not null,
	last_fiscal_year smallint not null,
	number smallint not null,
	municipality_code renkei.lg_code not null,
	constraint evaluation_note_municipality_pk primary key (first_fiscal_year, last_fiscal_year, number, municipality_code),
	constraint evaluation_note_municipality_of foreign key (first_fiscal_year, last_fiscal_year, number)
		references renkei.evaluation_note on delete cascade,
	constraint evaluation_note_municipality_known foreign key (municipality_code) references renkei.municipality
);
comment on table renkei.evaluation_note_municipality is 'Municipalities whose type carries the mark of a note.';
comment on column renkei.evaluation_note_municipality.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei.evaluation_note_municipality.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei.evaluation_note_municipality.number is 'Number of the note.';
comment on column renkei.evaluation_note_municipality.municipality_code is 'Japanese local government code.';
