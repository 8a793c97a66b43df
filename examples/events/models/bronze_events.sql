-- Every event as it was written; `date` is the day of its folder.
SELECT * FROM events
