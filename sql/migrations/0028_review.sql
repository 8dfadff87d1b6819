-- Comments on the items of a report, of secretariat and municipality; meetings, and what municipalities said there.

create domain renkei.comment_state as text constraint comment_state_known check (value in ('open', 'resolved'));

create table renkei.review_comment (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	number smallint not null,
	entry smallint not null,
	version_id bigint,
	field_path text,
	office_only boolean not null,
	state renkei.comment_state,
	text text,
	said_at timestamptz not null,
	principal_uri text not null,
	constraint review_comment_pk primary key (municipality_code, fiscal_year, quarter, variant, office_only, number, entry),
	constraint review_comment_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint review_comment_count check (number between 1 and 999 and entry between 1 and 999),
	constraint review_comment_begins check ((entry = 1) = (version_id is not null)
		and (entry > 1 or state = 'open' and state is not null and text is not null) and (entry = 1 or field_path is null)),
	constraint review_comment_says_something check (text is not null or state is not null),
	constraint review_comment_text check (char_length(text) between 1 and 2000)
);
comment on table renkei.review_comment is 'Comments on items of a report, with what was answered to each and when it was resolved; only added to.';
comment on column renkei.review_comment.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.review_comment.fiscal_year is 'Japanese fiscal year, western number.';
comment on column renkei.review_comment.quarter is 'Quarter of that fiscal year.';
comment on column renkei.review_comment.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.review_comment.number is 'Number of the comment on this report, from 1; those for the secretariat alone are counted apart, so that none is seen to be missing.';
comment on column renkei.review_comment.entry is 'Turn within the comment, from 1: the first one is the comment, what follows was answered to it.';
comment on column renkei.review_comment.version_id is 'Version it was made on; of the first turn alone.';
comment on column renkei.review_comment.field_path is 'Path in that version; null = the report as a whole.';
comment on column renkei.review_comment.office_only is 'For the secretariat alone; all turns of a comment say the same.';
comment on column renkei.review_comment.state is 'Open or resolved from this turn on; null = as before.';
comment on column renkei.review_comment.text is 'What was said; null where it was only resolved, or opened again.';
comment on column renkei.review_comment.said_at is 'When, UTC.';
comment on column renkei.review_comment.principal_uri is 'Who.';

-- What the secretariat keeps for itself is behind the wall, too.
call renkei.put_wall('by_tenant', 'all', $q$(nullif(current_setting('renkei.tenant', true), '') = '*'
	or municipality_code = any (string_to_array(nullif(current_setting('renkei.tenant', true), ''), ',')))
	and (not office_only or current_setting('renkei.role', true) = 'secretariat')$q$, array['review_comment']);
call renkei.only_add_to('review_comment');

create domain renkei.meeting_kind as text constraint meeting_kind_known check (value in ('domestic_meeting', 'hearing', 'other'));
create domain renkei.stance as text constraint stance_known check (value in ('for', 'against'));

create table renkei.meeting (
	fiscal_year smallint not null,
	serial smallint not null,
	kind renkei.meeting_kind not null,
	held_on text not null,
	title text not null,
	place text,
	recorded_at timestamptz not null,
	principal_uri text not null,
	constraint meeting_pk primary key (fiscal_year, serial),
	constraint meeting_serial check (serial between 1 and 999),
	constraint meeting_held_on check (held_on ~ '^[0-9]{4}-(0[1-9]|1[0-2])(-[0-9]{2})?$'),
	constraint meeting_title check (char_length(title) between 1 and 200),
	constraint meeting_place check (char_length(place) between 1 and 200)
);
comment on table renkei.meeting is 'Meetings at which municipalities are heard (国内関係者会合, ヒアリング); only added to.';
comment on column renkei.meeting.fiscal_year is 'Japanese fiscal year in which it was held, western number.';
comment on column renkei.meeting.serial is 'Number within that year, from 1.';
comment on column renkei.meeting.kind is 'Meeting of domestic parties, hearing, or another.';
comment on column renkei.meeting.held_on is 'Day in Japan, or month where no more is known: 2016-11-10, 2016-11.';
comment on column renkei.meeting.title is 'What it is called.';
comment on column renkei.meeting.place is 'Where; null = not said.';
comment on column renkei.meeting.recorded_at is 'When it was entered, UTC.';
comment on column renkei.meeting.principal_uri is 'Who entered it.';

create table renkei.meeting_record (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	serial smallint not null,
	wording smallint not null,
	attendants text,
	text text not null,
	sha256 renkei.sha256 not null,
	recorded_at timestamptz not null,
	principal_uri text not null,
	constraint meeting_record_pk primary key (municipality_code, fiscal_year, serial, wording),
	constraint meeting_record_of foreign key (fiscal_year, serial) references renkei.meeting,
	constraint meeting_record_of_municipality foreign key (municipality_code) references renkei.municipality,
	constraint meeting_record_wording check (wording between 1 and 999),
	constraint meeting_record_attendants check (char_length(attendants) between 1 and 500),
	constraint meeting_record_text check (char_length(text) between 1 and 10000)
);
comment on table renkei.meeting_record is 'What a municipality said at a meeting, as the secretariat recorded it; a correction is another wording; only added to.';
comment on column renkei.meeting_record.municipality_code is 'Whose words: Japanese local government code.';
comment on column renkei.meeting_record.fiscal_year is 'Fiscal year of the meeting.';
comment on column renkei.meeting_record.serial is 'Number of the meeting.';
comment on column renkei.meeting_record.wording is 'Number of the wording, from 1; the last one holds.';
comment on column renkei.meeting_record.attendants is 'Who was there for the municipality: bodies and numbers; null = not said.';
comment on column renkei.meeting_record.text is 'What was asked and said.';
comment on column renkei.meeting_record.sha256 is 'SHA-256 of the record as it is shown, with its tags: what is confirmed is exactly this.';
comment on column renkei.meeting_record.recorded_at is 'When it was recorded, UTC.';
comment on column renkei.meeting_record.principal_uri is 'Who recorded it.';

create table renkei.meeting_tag (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	serial smallint not null,
	wording smallint not null,
	statement_id renkei.own_id not null,
	stance renkei.stance not null,
	constraint meeting_tag_pk primary key (municipality_code, fiscal_year, serial, wording, statement_id),
	constraint meeting_tag_of foreign key (municipality_code, fiscal_year, serial, wording) references renkei.meeting_record
);
comment on table renkei.meeting_tag is 'Statements of an evaluation that a record of a meeting speaks for or against; only added to.';
comment on column renkei.meeting_tag.municipality_code is 'Whose words: Japanese local government code.';
comment on column renkei.meeting_tag.fiscal_year is 'Fiscal year of the meeting.';
comment on column renkei.meeting_tag.serial is 'Number of the meeting.';
comment on column renkei.meeting_tag.wording is 'Number of the wording.';
comment on column renkei.meeting_tag.statement_id is 'P1, O2, I3 ...';
comment on column renkei.meeting_tag.stance is 'For the statement or against it.';

create table renkei.meeting_answer (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	serial smallint not null,
	wording smallint not null,
	answer smallint not null,
	confirmed boolean not null,
	text text,
	answered_at timestamptz not null,
	principal_uri text not null,
	constraint meeting_answer_pk primary key (municipality_code, fiscal_year, serial, wording, answer),
	constraint meeting_answer_of foreign key (municipality_code, fiscal_year, serial, wording) references renkei.meeting_record,
	constraint meeting_answer_count check (answer between 1 and 999),
	constraint meeting_answer_objection check (confirmed or text is not null),
	constraint meeting_answer_text check (char_length(text) between 1 and 2000)
);
comment on table renkei.meeting_answer is 'What a municipality says to the record of its words: confirmed, or objected to; only added to.';
comment on column renkei.meeting_answer.municipality_code is 'Whose words: Japanese local government code.';
comment on column renkei.meeting_answer.fiscal_year is 'Fiscal year of the meeting.';
comment on column renkei.meeting_answer.serial is 'Number of the meeting.';
comment on column renkei.meeting_answer.wording is 'The wording that was seen.';
comment on column renkei.meeting_answer.answer is 'Number of the answer to this wording, from 1; the last one holds.';
comment on column renkei.meeting_answer.confirmed is 'Confirmed; else objected to.';
comment on column renkei.meeting_answer.text is 'What is wrong with it, or a remark.';
comment on column renkei.meeting_answer.answered_at is 'When, UTC.';
comment on column renkei.meeting_answer.principal_uri is 'Who.';

call renkei.wall_by_office('meeting');
call renkei.wall_by_tenant('meeting_record', 'meeting_tag', 'meeting_answer');
call renkei.only_add_to('meeting', 'meeting_record', 'meeting_tag', 'meeting_answer');

call renkei.know_method('request', 'comment', 'answer_hearing');
call renkei.know_method('office_request', 'comment', 'add_meeting', 'record_hearing');
