-- Warnings that a report answers: why a value that looks wrong is right.
create table renkei.warning_answer (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	position smallint not null,
	code text not null,
	field_path text,
	value text,
	reason text not null,
	constraint warning_answer_pk primary key (municipality_code, version_id, position),
	constraint warning_answer_of foreign key (municipality_code, version_id) references renkei.report_version
);
comment on table renkei.warning_answer is 'Reasons a municipality gives for values that the rules warn of.';
comment on column renkei.warning_answer.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.warning_answer.version_id is 'Version of the report it stands in.';
comment on column renkei.warning_answer.position is 'Place in its list, from 1.';
comment on column renkei.warning_answer.code is 'Code of the warning''s rule.';
comment on column renkei.warning_answer.field_path is 'Where in the report the value stands.';
comment on column renkei.warning_answer.value is 'The value that is meant.';
comment on column renkei.warning_answer.reason is 'Why it is right.';
insert into renkei.content_table (name, position) select 'warning_answer', max(position) + 1 from renkei.content_table;
call renkei.wall_by_tenant('warning_answer');
call renkei.open_to_views('warning_answer');
call renkei.only_repair('warning_answer');
