-- A model's artefact lies in its row, or, where an operator named a folder, in a file of that folder by its hash.

alter table flywheel_models alter column artefact drop not null;
