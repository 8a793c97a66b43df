-- Teams with at least one event, by week. Weeks begin on Monday.
SELECT
    CAST(date_trunc('week', event_time) AS DATE) AS week,
    count(DISTINCT team_id) AS weekly_active_teams
FROM silver_events
GROUP BY ALL
ORDER BY week
