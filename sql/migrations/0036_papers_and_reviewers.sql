-- Meetings with what was on their agenda, and their papers; who of the secretariat reviews which report.
alter table renkei.meeting add column agenda text[] not null default '{}'
	constraint meeting_agenda check (cardinality(agenda) <= 100 and octet_length(array_to_string(agenda, '')) <= 60000);
comment on column renkei.meeting.agenda is 'What was on the agenda, in order.';

create table renkei.meeting_paper (
	fiscal_year smallint not null,
	serial smallint not null,
	paper smallint not null,
	title text not null,
	file_name text,
	sha256 renkei.sha256,
	attachment_of renkei.lg_code,
	attachment_number text,
	recorded_at timestamptz not null,
	principal_uri text not null,
	constraint meeting_paper_pk primary key (fiscal_year, serial, paper),
	constraint meeting_paper_of foreign key (fiscal_year, serial) references renkei.meeting,
	constraint meeting_paper_of_municipality foreign key (attachment_of) references renkei.municipality,
	constraint meeting_paper_count check (paper between 1 and 999),
	constraint meeting_paper_title check (char_length(title) between 1 and 200),
	constraint meeting_paper_file_name check (char_length(file_name) between 1 and 255),
	constraint meeting_paper_file check ((file_name is null) = (sha256 is null)),
	constraint meeting_paper_somewhere check ((file_name is null) = (attachment_number is not null)),
	constraint meeting_paper_attachment check ((attachment_of is null) = (attachment_number is null))
);
comment on table renkei.meeting_paper is 'Papers of meetings: an attachment of a municipality, or a file kept elsewhere, by its name and digest; only added to.';
comment on column renkei.meeting_paper.fiscal_year is 'Fiscal year of the meeting.';
comment on column renkei.meeting_paper.serial is 'Number of the meeting.';
comment on column renkei.meeting_paper.paper is 'Number of the paper, from 1.';
comment on column renkei.meeting_paper.title is 'What it is called (資料1 ...).';
comment on column renkei.meeting_paper.file_name is 'Name of the file; null = it is an attachment.';
comment on column renkei.meeting_paper.sha256 is 'SHA-256 of the file.';
comment on column renkei.meeting_paper.attachment_of is 'Whose attachment: Japanese local government code; null = it is a file.';
comment on column renkei.meeting_paper.attachment_number is 'Number of the attachment; null = it is a file.';
comment on column renkei.meeting_paper.recorded_at is 'When it was entered, UTC.';
comment on column renkei.meeting_paper.principal_uri is 'Who entered it.';

call renkei.wall_by_office('meeting_paper');
call renkei.only_add_to('meeting_paper');

create table renkei.review_assignment (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	number smallint not null,
	reviewer_uri text,
	assigned_at timestamptz not null,
	principal_uri text not null,
	constraint review_assignment_pk primary key (municipality_code, fiscal_year, quarter, variant, number),
	constraint review_assignment_of foreign key (municipality_code) references renkei.municipality,
	constraint review_assignment_count check (number between 1 and 9999)
);
comment on table renkei.review_assignment is 'Who of the secretariat reviews a report; the last one holds; only added to.';
comment on column renkei.review_assignment.municipality_code is 'Whose report: Japanese local government code.';
call renkei.name_period('review_assignment');
comment on column renkei.review_assignment.number is 'Count within the report, from 1.';
comment on column renkei.review_assignment.reviewer_uri is 'Who reviews it; null = nobody in particular.';
comment on column renkei.review_assignment.assigned_at is 'When it was assigned, UTC.';
comment on column renkei.review_assignment.principal_uri is 'Who assigned it.';

-- Who of the secretariat reviews what is its own.
call renkei.put_wall('by_tenant', 'all', $q$(nullif(current_setting('renkei.tenant', true), '') = '*'
	or municipality_code = any (string_to_array(nullif(current_setting('renkei.tenant', true), ''), ','))) and current_setting('renkei.role', true) = 'secretariat'$q$,
	array['review_assignment']);
call renkei.only_add_to('review_assignment');

call renkei.know_method('office_request', 'add_meeting_papers', 'assign_review');
