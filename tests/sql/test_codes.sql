-- Codes, partial dates and periods.
begin;
select plan(30);
select ok(renkei.is_lg_code(c), c || ' is a municipality code') from unnest(array['110001', '130001', '160008', '200000', '280003',
	'400009', '141305', '242021', '281000', '401005', '442011', '310000', '420000']) c;
select ok(not renkei.is_lg_code(c), coalesce(nullif(c, ''), 'nothing') || ' is no municipality code')
from unnest(array['401006', '40100', '4010050', '480002', '000000', '', '４０１００５', '40100a']) c;
select throws_ok($$insert into renkei.municipality values ('401006', 'x', null, null, null, 'city', '40', 'candidate')$$, '23514',
	null, 'a table refuses a code with a wrong check digit');
select is(renkei.partial_date_text(renkei.partial_date(jsonb '{"year": 2016, "month": 11, "precision": "DATE_PRECISION_MONTH"}')), '2016-11',
	'a month stays a month');
select is(renkei.partial_date(jsonb '{}')::text, null, 'a date of which nothing is known is null');
select throws_ok($$select renkei.partial_date(jsonb '{"year": 2015, "month": 2, "day": 29, "precision": "DATE_PRECISION_DAY"}')$$, '23514', null,
	'29 February 2015 is refused');
select throws_ok($$select renkei.partial_date(jsonb '{"year": 2016, "month": 2, "precision": "DATE_PRECISION_YEAR"}')$$, '23514', null,
	'a precision that does not agree with the parts is refused');
select is(renkei.last_day(renkei.partial_date(jsonb '{"year": 2016, "precision": "DATE_PRECISION_FISCAL_YEAR"}')), '2017-03-31'::date,
	'fiscal year 2016 can mean 31 March 2017');
select results_eq($$select renkei.quarter_start(2016, q), renkei.quarter_end(2016, q) from generate_series(1, 4) q$$,
	$$values ('2016-04-01'::date, '2016-06-30'::date), ('2016-07-01', '2016-09-30'), ('2016-10-01', '2016-12-31'), ('2017-01-01', '2017-03-31')$$,
	'quarters of a fiscal year begin in April');
select is(renkei.fiscal_year_of('2016-01-15'), 2015, 'January 2016 belongs to fiscal year 2015');
select is(renkei.period_tag(2016, 4, 'forecast'), '2016Q4F', 'a forecast is marked in the receipt number');
select * from finish();
rollback;
