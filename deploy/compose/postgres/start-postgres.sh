#!/bin/sh
# Postgres takes a key from no file but its own: a copy, in memory.
set -eu
umask 077
cp /credentials/key.pem /tmp/key.pem
exec docker-entrypoint.sh postgres \
  -c ssl=on -c ssl_min_protocol_version=TLSv1.3 \
  -c ssl_cert_file=/credentials/cert.pem -c ssl_key_file=/tmp/key.pem -c ssl_ca_file=/credentials/ca.pem \
  -c hba_file=/etc/lilux/pg_hba.conf -c ident_file=/etc/lilux/pg_ident.conf
