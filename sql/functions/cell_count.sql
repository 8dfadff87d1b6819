-- renkei_api.cell_count - how many cells a set has (renkei.cell_bit).
create function renkei_api.cell_count(p_cells integer) returns bigint
language sql immutable parallel safe as $$ select bit_count(p_cells::bit(8)) $$;
