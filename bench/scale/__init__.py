"""Whether a booking and a look at one office cost the same in a small table and in a huge one."""
