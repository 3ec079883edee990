@rem npm runs "exec node ...", so that a signal to npm reaches the starter and not a shell in between. The shell of
@rem Windows has no exec; this stands in for it.
@%*
