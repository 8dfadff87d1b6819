-- renkei_api.likeness - how alike two words are, by the pairs of letters they share: 0 nothing, 1 all.
create function renkei_api.likeness(p_one text, p_other text) returns double precision
language sql immutable parallel safe as $$
	with pair as (
		select w.side, substr(w.word, n, 2) as letters from (values (1, '^' || p_one || '$'), (2, '^' || p_other || '$')) as w (side, word)
		cross join lateral generate_series(1, char_length(w.word) - 1) as n
	), counted as (
		select p.letters, count(*) filter (where p.side = 1) as one, count(*) filter (where p.side = 2) as other from pair p group by p.letters
	)
	select 2.0 * sum(least(c.one, c.other)) / sum(c.one + c.other) from counted c
$$;
