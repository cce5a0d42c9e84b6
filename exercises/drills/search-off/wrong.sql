-- What the index does not know yet.
SELECT count(*) FROM search_change
