# What docs/guides/write-a-directive.md tells to type. A test runs it, place by place.

# #region new
lilux new directive release/announce "Announce a release to a list of people."
# #endregion

# #region check
lilux check .ai/directives/release/announce.md
# #endregion

# #region run
lilux execute directive announce version=2.4
# #endregion
