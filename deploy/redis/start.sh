#!/bin/sh
# Made by `npm run docs:configuration` of the tables that say who may do what; a test holds it current.
set -eu
: "${LILUX_REDIS_ROUTER_PASSWORD:?}"
: "${LILUX_REDIS_CONTEXT_WARMER_PASSWORD:?}"
: "${LILUX_REDIS_ORCHESTRATOR_PASSWORD:?}"
umask 077
users=$(mktemp)
cat > "$users" <<END
user default off resetpass resetkeys resetchannels -@all
user router on resetpass >$LILUX_REDIS_ROUTER_PASSWORD resetkeys %R~lilux:v1:context:* resetchannels -@all +info +hmget
user context-warmer on resetpass >$LILUX_REDIS_CONTEXT_WARMER_PASSWORD resetkeys ~lilux:v1:context:* resetchannels -@all +info +hmget +eval +hget +hset +pexpire +scan +hstrlen +del
user orchestrator on resetpass >$LILUX_REDIS_ORCHESTRATOR_PASSWORD resetkeys ~lilux:v1:history:* ~lilux:v1:spending:* ~lilux:v1:teaching:* resetchannels -@all +info +hmget +eval +hget +hset +pexpire +scan +hstrlen +del
END
# Nothing here has to outlive the process: what is lost is warmed again.
exec redis-server --save '' --appendonly no --maxmemory 256mb --maxmemory-policy allkeys-lru \
  --aclfile "$users" "$@"
