"""Runs submitted code and only observes. Started as a process; imported by nobody."""
