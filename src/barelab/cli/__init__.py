"""The command line: parse, call one function of the layer below, print."""
