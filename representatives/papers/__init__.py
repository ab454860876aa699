"""The duty file on paper: `dossier` prints one person's, `archive` those of a whole place, as a job."""
