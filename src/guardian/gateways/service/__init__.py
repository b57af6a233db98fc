"""Running a gate as a service: a listening socket, processes that share it, their supervisor, and what it tells."""
