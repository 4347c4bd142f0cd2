# What docs/start/ten-minutes.md tells to type. A test runs it, place by place.

# #region start
npm start
# #endregion

# #region command
alias lilux="node $PWD/apps/lilux/bin/lilux.mjs"
source <(lilux completion bash)
lilux items script
# #endregion

# #region make
mkdir -p ~/mine && cd ~/mine
lilux new script notes/word_count "Count the words of a text."
lilux check
# #endregion

# #region serve
LILUX_PROJECT=~/mine npm start
# #endregion

# #region run
lilux execute script word_count text="one two three"
lilux predict "count words in this text"
# #endregion

# #region model
LILUX_PROJECT=~/mine LILUX_LLM_URL=http://localhost:8000/v1 npm start
# #endregion

# #region ask
lilux ask "which scripts count something?"
# #endregion
