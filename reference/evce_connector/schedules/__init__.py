"""When a schedule is due: time intervals, weeks, months and cron (pure)."""
