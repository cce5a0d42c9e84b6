"""Finding subscribers and tickets by an index beside the database, where there is one."""
