# What docs/evaluating-the-router.md and docs/evaluating-the-orchestrator.md tell to type.

# #region router
lilux eval router --items examples/evaluating/items.json --data examples/evaluating/data.jsonl
# #endregion

# #region public-sets
npm run bench -- fetch-sets
npm run bench -- router-quality --write
npm run bench -- router-quality --python .venv-peers/bin/python --write
# #endregion

# #region orchestrator
lilux eval orchestrator built-in small=http://127.0.0.1:8000/v1#orchestrator-small --report out/
# #endregion
