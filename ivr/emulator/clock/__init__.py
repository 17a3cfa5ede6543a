"""Time: a clock that can be real or virtual, and the tasks that wait for it."""
