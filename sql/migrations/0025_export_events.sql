-- What exports tell beside the reports: words on events, and the names that IATI has for organisations.
call renkei.open_to_views('event_decision', 'figure_choice');

-- The number is 000020 and the code, behind a check digit (法人番号の指定等に関する省令 2: weights 1 and 2 from the last digit on).
create function renkei.corporate_number(p_code text) returns text
language sql immutable parallel safe as $$
	select (9 - sum((right(left(b.base, 13 - n), 1))::integer * (2 - n % 2)) % 9) || min(b.base)
	from (select '000020' || p_code as base) b cross join generate_series(1, 12) n
$$;
comment on function renkei.corporate_number(text) is 'Corporate number (法人番号) of a Japanese local government by its code.';

create function renkei.xml_text(p_text text) returns text
language sql immutable parallel safe as $$
	select regexp_replace(p_text, E'[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]', '', 'g')
$$;
comment on function renkei.xml_text(text) is 'A text without the characters that no XML may hold.';

-- What it calls is looked up now: who reads a view need not enter this schema.
create function renkei.xml_narratives(p_ja text, p_en text, p_zh text) returns xml
language sql immutable parallel safe
return xmlconcat(xmlelement(name narrative, renkei.xml_text(p_ja)),
	case when p_en is not null then xmlelement(name narrative, xmlattributes('en' as "xml:lang"), renkei.xml_text(p_en)) end,
	case when p_zh is not null then xmlelement(name narrative, xmlattributes('zh' as "xml:lang"), renkei.xml_text(p_zh)) end);
comment on function renkei.xml_narratives(text, text, text) is 'A text in Japanese, English and Chinese as IATI tells it; Japanese is the language that need not be named.';
