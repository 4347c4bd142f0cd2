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
