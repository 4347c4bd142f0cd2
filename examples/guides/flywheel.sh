# What docs/flywheel.md tells to type.

# #region start
LILUX_FLYWHEEL=on npm start
lilux flywheel consent redacted     # none, metrics, redacted or full
lilux flywheel show
# #endregion

# #region review
lilux flywheel review               # one label after the other, by single keys
lilux flywheel noise                # how often each rule is wrong, with a 95 % interval
# #endregion

# #region thresholds
lilux flywheel thresholds           # what counts, and what the last fit said
lilux flywheel thresholds fit       # say what it would be
lilux flywheel thresholds on        # fit it now and every night, and let it count
lilux flywheel thresholds rollback  # back to what counted before, and held there
lilux flywheel thresholds off
# #endregion
