"""The meter of a drill: the program that makes load in the probe and keeps a journal of it.

It is put into the probe as it stands here, and runs there with Debian's Python and nothing else.
"""
