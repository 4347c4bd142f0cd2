# What docs/language-models.md tells to type.

# #region start
LILUX_LLM_URL=http://localhost:8000/v1 npm start
# #endregion

# #region look
lilux doctor
lilux ask "what can you do?"
# #endregion

# Asks a real model about lines: not for a test. That the command takes it is tested.
# #region calibrate
lilux eval decisions --items training/router/data/handwritten-calibration/items.json \
  --data training/router/data/handwritten-calibration/lines.jsonl --write calibrations.json
LILUX_LLM_CALIBRATIONS=calibrations.json npm start
# #endregion

# Takes weights from a file or a mirror: not for a test.
# #region local
lilux model add orchestrator-small
lilux up --local-model
# #endregion
