# What docs/tenants.md tells to type.

# #region sell
lilux admin tenants create acme --plan team
lilux admin keys create acme "their backend" --scopes predict,read,run --days 365
lilux admin tenants sign-in acme '{"issuer":"https://id.acme.example","audience":"lilux","jwksUrl":"https://id.acme.example/keys","roleClaim":"lilux_role"}'
lilux admin limits acme turnsPerMonth=20000 requestsPerSecond=50
lilux admin usage acme --from 2026-11-01 --to 2026-11-30
lilux admin tenants suspend acme
# #endregion
