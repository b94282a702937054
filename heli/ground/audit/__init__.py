"""The audit: who read, did or changed what, when and why; appended, and chained by hash.

`recording` appends in the caller's transaction, `chain` gives what was committed its place within
seconds, `checkpoints` signs the head of the chain into a file, `verifying` finds what was tampered.
"""
