-- Events that somebody caused. Rows without a user are left out, and counted as rejected.
SELECT
    CAST(event_time AT TIME ZONE 'UTC' AS TIMESTAMP) AS event_time,
    user_id,
    team_id,
    event_name,
    NULLIF(properties, '') AS properties
FROM bronze_events
WHERE user_id IS NOT NULL
