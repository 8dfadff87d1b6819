-- Lines of the evaluation's table by numbers that stay theirs, and every change of them; how far a municipality lets its words of a meeting be named.
alter table renkei.evaluation_bullet add column line smallint constraint evaluation_bullet_line check (line between 1 and 30000);
update renkei.evaluation_bullet set line = position;
alter table renkei.evaluation_bullet alter column line set not null;
alter table renkei.evaluation_bullet add constraint evaluation_bullet_line_once unique (municipality_code, first_fiscal_year, last_fiscal_year, line);
comment on column renkei.evaluation_bullet.line is 'Number of the line, which stays its own wherever it is moved; one that was dropped is not given to another.';

create table renkei.evaluation_edit (
	municipality_code renkei.lg_code not null,
	first_fiscal_year smallint not null,
	last_fiscal_year smallint not null,
	edit integer not null constraint evaluation_edit_count check (edit >= 1),
	lines jsonb not null,
	dropped jsonb not null,
	reason text constraint evaluation_edit_reason check (char_length(reason) between 1 and 2000),
	edited_at timestamptz not null,
	principal_uri text not null,
	constraint evaluation_edit_pk primary key (municipality_code, first_fiscal_year, last_fiscal_year, edit),
	constraint evaluation_edit_of foreign key (municipality_code) references renkei.municipality
);
comment on table renkei.evaluation_edit is 'Every change of a municipality''s lines in the evaluation''s table: who, when, why, what stood then and what went; only added to.';
comment on column renkei.evaluation_edit.municipality_code is 'Whose row: Japanese local government code.';
comment on column renkei.evaluation_edit.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei.evaluation_edit.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei.evaluation_edit.edit is 'Number of the change of this row, from 1.';
comment on column renkei.evaluation_edit.lines is 'The lines as they stood then, in order: line, text, outcome_ids; none = the municipality''s own words.';
comment on column renkei.evaluation_edit.dropped is 'The lines that stood before and no more then, as they were.';
comment on column renkei.evaluation_edit.reason is 'Why; null = not said.';
comment on column renkei.evaluation_edit.edited_at is 'When, UTC.';
comment on column renkei.evaluation_edit.principal_uri is 'Who.';

alter table renkei.meeting_answer add column disclosure renkei.disclosure;
comment on column renkei.meeting_answer.disclosure is 'To whom the municipality''s words may be named as its own; null = to the parties. Others read that so many spoke for or against.';

call renkei.wall_by_tenant('evaluation_edit');
call renkei.only_add_to('evaluation_edit');

call renkei.know_method('office_request', 'edit_outcomes');
