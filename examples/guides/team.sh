# What docs/guides/run-for-a-team.md tells to type.

# #region key
lilux key acme
# #endregion

# #region serve
LILUX_PROJECT=/srv/lilux/project LILUX_API_KEYS_FILE=/srv/lilux/keys LILUX_HOST=0.0.0.0 npm start
# #endregion

# #region use
export LILUX_URL=https://lilux.example.org LILUX_API_KEY=lx_the_key_of_before
lilux doctor
# #endregion

# #region distributed
docker compose up --build
# #endregion

# #region backup
lilux backup /srv/backups/today
# #endregion
