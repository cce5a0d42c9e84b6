"""Work that is done later, by workers: the queue, and what could not be done."""
