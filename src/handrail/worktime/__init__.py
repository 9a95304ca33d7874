"""When an amount of working time has passed. Pure: the calendar, the day and the instant are always given."""
