# What docs/teaching.md tells to type.

# #region teach
lilux library teach                          # items that nobody wrote lines for
lilux library teach --all                    # and those that a model wrote for before
lilux library teach --item script:ops/flush --dry-run   # what would be kept, and what not and why
lilux library phrasings script:ops/flush     # what was learnt, by which model, when; of all items without one
lilux library forget-phrasings script:ops/flush
# #endregion
