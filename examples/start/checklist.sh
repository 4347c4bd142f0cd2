# What docs/start/checklist.md tells to type. `npm run docs:checklist` walks it in a fresh clone and times it;
# a test holds each command to what the program takes.

# #region start
npm start
# #endregion

# #region command
alias lilux="node $PWD/apps/lilux/bin/lilux.mjs"
lilux doctor
# #endregion

# #region find
lilux predict "find email scr"
lilux search script email
# #endregion

# #region values
lilux predict "how many days between 2026-01-01 and 2026-03-01"
lilux execute script date_diff start=2026-01-01 end=2026-03-01
# #endregion

# #region asks
lilux execute directive clean_merged_branches < /dev/null || echo "asked: exit $?"
# #endregion

# #region make
mkdir -p ~/mine && cd ~/mine
lilux new script notes/word_count "Count the words of a text."
lilux check
# #endregion

# #region break
cd ~/mine
cp .ai/scripts/notes/word_count.py /tmp/word_count.py
echo "import requests" >> .ai/scripts/notes/word_count.py
lilux check || echo "told: exit $?"
mv /tmp/word_count.py .ai/scripts/notes/word_count.py
# #endregion

# #region serve
LILUX_PROJECT=~/mine npm start
# #endregion

# #region run
lilux execute script word_count text="one two three"
# #endregion

# #region directive
cp examples/start/word_count.py ~/mine/.ai/scripts/notes/
mkdir -p ~/mine/.ai/directives/release ~/mine/.ai/scripts/release
cp examples/guides/announce.md ~/mine/.ai/directives/release/
cp examples/library/.ai/scripts/release/changelog_draft.py ~/mine/.ai/scripts/release/
lilux check ~/mine
sleep 3
lilux execute directive announce version=2.4
# #endregion

# #region host
echo '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"me","version":"1"}}}' | lilux mcp
# #endregion

# #region program
npm run packages
PATH="$(echo "$PWD"/.toolchain/node_modules/node-*/bin):$PATH"   # the client wants Node 22; the clone has one
mkdir -p ~/program && cp examples/start/run-directive.mjs ~/program
for name in protocol client; do (cd ~/program && npm pack "$OLDPWD/dist/packages/$name"); done
cd ~/program
npm install ./lilux-protocol-*.tgz ./lilux-client-*.tgz
node run-directive.mjs
# #endregion
